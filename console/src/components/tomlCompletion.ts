/** What can be written at a place of the configuration file, by its JSON schema. */

export interface Schema {
  type?: string;
  description?: string;
  properties?: Readonly<Record<string, Schema>>;
  additionalProperties?: Schema | boolean;
  patternProperties?: Readonly<Record<string, Schema>>;
  items?: Schema;
  enum?: readonly unknown[];
  default?: unknown;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  examples?: readonly unknown[];
}

export interface Suggestion {
  label: string;
  /** What is put in; the label, where it is not given. */
  insert?: string;
  detail?: string;
  info?: string;
}

export interface Place {
  kind: "table" | "key" | "value";
  /** The table that the place is in. */
  table: readonly string[];
  /** The key that a value is for. */
  key?: string;
  /** What is written already. */
  typed: string;
}

const header = /^\s*\[\[?\s*([A-Za-z0-9_.\-"]+)\s*\]?\]?/;

/** The place of the end of `before`, the text up to the cursor; null: nothing can be said, as in a comment. */
export function placeOf(before: string): Place | null {
  const lines = before.split("\n");
  const line = lines.at(-1) ?? "";
  if (/^[^"']*#/.test(line)) {
    return null;
  }

  const opened = /^\s*\[\[?\s*([A-Za-z0-9_.-]*)$/.exec(line);
  if (opened !== null) {
    return { kind: "table", table: [], typed: opened[1] ?? "" };
  }

  let table: string[] = [];
  for (let i = lines.length - 2; i >= 0; i--) {
    const found = header.exec(lines[i] ?? "");
    if (found !== null) {
      table = (found[1] ?? "").split(".").map((part) => part.replaceAll('"', ""));
      break;
    }
  }

  const value = /^\s*([A-Za-z0-9_-]+)\s*=\s*\[?(?:.*,)?\s*("?[A-Za-z0-9_.-]*)$/.exec(line);
  if (value !== null) {
    return { kind: "value", table, key: value[1], typed: value[2] ?? "" };
  }

  const key = /^\s*([A-Za-z0-9_-]*)$/.exec(line);
  return key === null ? null : { kind: "key", table, typed: key[1] ?? "" };
}

export function suggest(schema: Schema, place: Place): readonly Suggestion[] {
  if (place.kind === "table") {
    return tablesOf(schema, "");
  }

  const table = place.table.reduce<Schema | undefined>(inside, schema);
  if (table === undefined) {
    return [];
  }

  if (place.kind === "key") {
    return Object.entries(table.properties ?? {})
      .filter(([, of]) => !isTable(of))
      .map(([label, of]) => ({ label, insert: `${label} = `, detail: typeOf(of), info: of.description }));
  }

  const of = table.properties?.[place.key ?? ""];
  return of === undefined ? [] : valuesOf(of.type === "array" && of.items !== undefined ? of.items : of);
}

function inside(of: Schema | undefined, name: string): Schema | undefined {
  const table = of?.type === "array" ? of.items : of;
  const free = typeof table?.additionalProperties === "object" ? table.additionalProperties : Object.values(table?.patternProperties ?? {})[0];
  const found = table?.properties?.[name] ?? free;
  return found?.type === "array" ? found.items : found;
}

function isTable(of: Schema): boolean {
  return of.type === "object" || (of.type === "array" && of.items?.type === "object");
}

function tablesOf(of: Schema, prefix: string): Suggestion[] {
  const own = Object.entries(of.properties ?? {}).flatMap(([name, child]): Suggestion[] => {
    const label = `${prefix}${name}`;
    if (child.type === "array" && child.items?.type === "object") {
      return [{ label, detail: "[[ ]]", info: child.description }];
    }

    return child.type === "object" ? [...(Object.values(child.properties ?? {}).some((p) => !isTable(p)) ? [{ label, info: child.description }] : []), ...tablesOf(child, `${label}.`)] : [];
  });
  const free = typeof of.additionalProperties === "object" || of.patternProperties !== undefined;
  return free && prefix !== "" ? [...own, { label: `${prefix}NAME` }] : own;
}

function valuesOf(of: Schema): Suggestion[] {
  const given = [...(of.enum ?? []), ...(of.type === "boolean" ? [true, false] : []), ...(of.examples ?? []), ...(of.default === undefined ? [] : [of.default])];
  const more = [...(of.anyOf ?? []), ...(of.oneOf ?? [])].flatMap(valuesOf);
  const labels = new Set([...given.filter((v) => typeof v !== "object").map((v) => JSON.stringify(v)), ...more.map((m) => m.label)]);
  return [...labels].map((label) => ({ label }));
}

function typeOf(of: Schema): string {
  return of.enum !== undefined ? of.enum.map((v) => JSON.stringify(v)).join(" | ") : (of.type ?? "");
}
