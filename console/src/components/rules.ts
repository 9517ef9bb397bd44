import type { ConfigValue } from "../api/types";

export interface Rule {
  number: number;
  profile: string;
  conditions: readonly (readonly [key: string, value: string])[];
}

/** The rules among all settings, in their order. */
export function rulesOf(values: readonly ConfigValue[]): readonly Rule[] {
  const rules = new Map<number, { profile: string; conditions: [string, string][] }>();
  for (const { key, value } of values) {
    const found = /^rules\[(\d+)\]\.(.+)$/.exec(key);
    if (found === null || value == null) {
      continue;
    }

    const number = Number(found[1]);
    const rule = rules.get(number) ?? { profile: "", conditions: [] };
    rules.set(number, rule);
    if (found[2] === "profile") {
      rule.profile = value.replace(/^"|"$/g, "");
    } else {
      rule.conditions.push([found[2] ?? "", value]);
    }
  }

  return [...rules].sort(([a], [b]) => a - b).map(([number, rule]) => ({ number, ...rule }));
}
