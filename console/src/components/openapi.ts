/** What the console reads of the OpenAPI document. */

export interface SchemaNode {
  $ref?: string;
  type?: string | readonly string[];
  properties?: Readonly<Record<string, SchemaNode>>;
  items?: SchemaNode;
  description?: string;
  oneOf?: readonly SchemaNode[];
  anyOf?: readonly SchemaNode[];
  enum?: readonly unknown[];
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: SchemaNode;
}

interface Described {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: readonly string[];
  parameters?: readonly Parameter[];
  requestBody?: { content?: Readonly<Record<string, { schema?: SchemaNode }>> };
  "x-role"?: string;
}

export interface Document {
  info: { title: string; version: string; description?: string };
  paths: Readonly<Record<string, Readonly<Record<string, unknown>> & { parameters?: readonly Parameter[] }>>;
  components?: { schemas?: Readonly<Record<string, SchemaNode>> };
}

export interface Operation {
  id: string;
  method: string;
  path: string;
  tag: string;
  summary: string;
  role: string;
  parameters: readonly Parameter[];
  body: SchemaNode | undefined;
}

const methods = ["get", "post", "put", "delete"] as const;

/** All operations in the document's order. */
export function operationsOf(document: Document): readonly Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method): Operation[] => {
      const found = item[method] as Described | undefined;
      return found === undefined
        ? []
        : [
            {
              id: found.operationId ?? `${method} ${path}`,
              method: method.toUpperCase(),
              path,
              tag: found.tags?.[0] ?? "",
              summary: found.summary ?? found.description ?? "",
              role: found["x-role"] ?? "",
              parameters: [...(item.parameters ?? []), ...(found.parameters ?? [])],
              body: Object.values(found.requestBody?.content ?? {})[0]?.schema,
            },
          ];
    }),
  );
}

/** An example of a request's body: every field with a value of its type. */
export function exampleOf(node: SchemaNode | undefined, document: Document, depth = 0): unknown {
  if (node === undefined || depth > 6) {
    return null;
  }

  if (node.$ref !== undefined) {
    return exampleOf(document.components?.schemas?.[node.$ref.split("/").at(-1) ?? ""], document, depth + 1);
  }

  // What may be left out is left out.
  if ((Array.isArray(node.type) && node.type.includes("null")) || [...(node.oneOf ?? []), ...(node.anyOf ?? [])].some((n) => n.type === "null")) {
    return null;
  }

  if (node.enum !== undefined) {
    return node.enum[0];
  }

  const union = (node.oneOf ?? node.anyOf)?.[0];
  if (union !== undefined) {
    return exampleOf(union, document, depth + 1);
  }

  switch (Array.isArray(node.type) ? node.type[0] : node.type) {
    case "object":
      return Object.fromEntries(Object.entries(node.properties ?? {}).map(([name, child]) => [name, exampleOf(child, document, depth + 1)]));
    case "array":
      return [];
    case "boolean":
      return false;
    case "integer":
    case "number":
      return 0;
    default:
      return "";
  }
}

/** A path with its values put in, and the query. */
export function fill(operation: Operation, values: Readonly<Record<string, string>>): string {
  const path = operation.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ""));
  const query = new URLSearchParams(operation.parameters.filter((p) => p.in === "query" && (values[p.name] ?? "") !== "").map((p) => [p.name, values[p.name] ?? ""])).toString();
  return `${path}${query === "" ? "" : `?${query}`}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The same request for a shell. The token comes from a file: it must not stand in the list of processes. */
export function curlOf(method: string, address: string, body: string | undefined): string {
  return [
    `curl${method === "GET" ? "" : ` -X ${method}`} ${quote(address)}`,
    `-H "Authorization: Bearer $(cat token)"`,
    ...(body === undefined ? [] : [`-H 'Content-Type: application/json'`, `-d ${quote(body)}`]),
  ].join(" \\\n  ");
}
