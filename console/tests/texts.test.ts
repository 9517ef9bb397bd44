import { describe, expect, it } from "vitest";
import { de } from "../src/texts/de";
import { en } from "../src/texts/en";
import { es } from "../src/texts/es";
import { fr } from "../src/texts/fr";

/** Every text by its key; of a function, what it makes of `1`, `2` and so on. */
function flat(of: object, prefix = ""): [string, string][] {
  return Object.entries(of).flatMap(([key, value]): [string, string][] => {
    const name = `${prefix}${key}`;
    if (typeof value === "function") {
      return [[name, String((value as (...values: unknown[]) => unknown)(...Array.from({ length: value.length }, (_, i) => 31 + i)))]];
    }

    return typeof value === "string" ? [[name, value]] : flat(value as object, `${name}.`);
  });
}

const english = new Map(flat(en));
// Words that are the same in several languages.
const shared = /^(account\.themes|api\.|audit\.kinds|chart\.|device\.|devices\.|drops\.(redirect)|events\.|front\.name|machines\.|mail\.|nav\.|network\.|orders\.|overview\.|profiles\.|roles\.|settings\.|times\.|users\.|vouchers\.|rooms\.|why\.|states\.)/;

describe.each([
  ["de", de],
  ["fr", fr],
  ["es", es],
])("the catalogue %s", (_, catalogue) => {
  const texts = new Map(flat(catalogue));
  it("has the same keys as English", () => expect([...texts.keys()]).toEqual([...english.keys()]));
  it("has no empty text", () => expect([...texts].filter(([, text]) => text.trim() === "")).toEqual([]));
  it("is translated", () => {
    const same = [...texts].filter(([key, text]) => text === english.get(key));
    expect(same.filter(([key, text]) => !shared.test(key) || text.split(" ").length > 3)).toEqual([]);
    expect(same.length / texts.size).toBeLessThan(0.08);
  });
  it("says all that its values say", () => {
    const values = (text: string) => [...text.matchAll(/\b3\d\b/g)].map((m) => m[0]).sort();
    expect([...texts].filter(([key, text]) => values(text).join() !== values(english.get(key) ?? "").join())).toEqual([]);
  });
});
