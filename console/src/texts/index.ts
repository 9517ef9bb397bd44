import { setFormatLanguage } from "../format";
import { createStore, recall, remember, useStore } from "../store";
import { en } from "./en";
import type { Texts } from "./en";

export type { Texts } from "./en";

/** The console's languages, each in its own word. */
export const languages = { en: "English", de: "Deutsch", fr: "Français", es: "Español" } as const;
export type Language = keyof typeof languages;

const loaders: Readonly<Record<Language, () => Promise<Texts>>> = {
  en: () => Promise.resolve(en),
  de: () => import("./de").then((m) => m.de),
  fr: () => import("./fr").then((m) => m.fr),
  es: () => import("./es").then((m) => m.es),
};

interface Chosen {
  language: Language;
  texts: Texts;
}

const key = "innkeeper-language";
const chosen = createStore<Chosen>({ language: "en", texts: en });

export function useTexts(): Texts {
  return useStore(chosen).texts;
}

/** For code outside of components, such as a toast after an order. */
export function texts(): Texts {
  return chosen.get().texts;
}

export function useLanguage(): Language {
  return useStore(chosen).language;
}

function isLanguage(text: string | null): text is Language {
  return text !== null && Object.hasOwn(languages, text);
}

/** The person's choice, otherwise the first of the browser's languages that the console has. */
export function preferredLanguage(wanted: readonly string[]): Language {
  const kept = recall(key);
  return isLanguage(kept) ? kept : (wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? "en");
}

export async function setLanguage(language: Language, keep: boolean): Promise<void> {
  if (keep) {
    remember(key, language);
  }

  const loaded = await loaders[language]().catch(() => en);
  const really = loaded === en ? "en" : language;
  setFormatLanguage(really === "en" ? (navigator.languages.find((tag) => tag.startsWith("en")) ?? "en") : really);
  document.documentElement.lang = really;
  chosen.set({ language: really, texts: loaded });
}
