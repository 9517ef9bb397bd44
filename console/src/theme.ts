import { createStore, recall, remember } from "./store";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const key = "innkeeper-theme";

export const theme = createStore<Theme>(themes.find((t) => t === recall(key)) ?? "system");

/** Raised with every change of colours, also by the system. */
export const themeChanges = createStore<number>(0);

export function applyTheme(): void {
  const chosen = theme.get();
  if (chosen === "system") {
    delete document.documentElement.dataset["theme"];
  } else {
    document.documentElement.dataset["theme"] = chosen;
  }

  themeChanges.set(themeChanges.get() + 1);
}

export function setTheme(next: Theme): void {
  remember(key, next === "system" ? null : next);
  theme.set(next);
  applyTheme();
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => themeChanges.set(themeChanges.get() + 1));
