import { useState } from "react";
import type { ReactNode } from "react";
import { replaceQuery, useRoute } from "../router";
import { useTexts } from "../texts";
import { TextInput } from "./fields";
import { Action } from "./ui";

export type QueryFilter<Name extends string> = Readonly<Partial<Record<Name, string>>>;

/** The filter of a list, as the page's address has it. */
export function useQueryFilter<Name extends string>(names: readonly Name[]): QueryFilter<Name> {
  const { query } = useRoute();
  return Object.fromEntries(names.map((name) => [name, query.get(name) ?? undefined]).filter(([, value]) => value)) as QueryFilter<Name>;
}

/** Fields for a filter: what is typed applies when the form is sent. Name the key after the filter, so that the fields follow it. */
export function FilterForm<Name extends string>({
  names,
  filter,
  children,
}: {
  names: readonly Name[];
  filter: QueryFilter<Name>;
  children: (text: (name: Name, label: string) => ReactNode, draft: QueryFilter<Name>, change: (name: Name, value: string) => void) => ReactNode;
}) {
  const t = useTexts();
  const [draft, setDraft] = useState(filter);
  const change = (name: Name, value: string) => setDraft({ ...draft, [name]: value });
  const text = (name: Name, label: string) => <TextInput key={name} label={label} value={draft[name] ?? ""} onChange={(value) => change(name, value)} maxLength={64} />;
  return (
    <form
      className="filters"
      role="search"
      aria-label={t.devices.filters}
      onSubmit={(e) => {
        e.preventDefault();
        replaceQuery(Object.fromEntries(names.map((name) => [name, draft[name]?.trim()])));
      }}
    >
      {children(text, draft, change)}
      <Action type="submit">{t.events.show}</Action>
      {names.some((name) => filter[name] !== undefined) && (
        <Action look="plain" onPress={() => replaceQuery(Object.fromEntries(names.map((name) => [name, undefined])))}>
          {t.devices.clear}
        </Action>
      )}
    </form>
  );
}
