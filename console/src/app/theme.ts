import { useSyncExternalStore } from "react";
import { choiceOf, type Theme, themeOf } from "./theme-choice.ts";

const KEY = "millrace.theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

const current = (): Theme => themeOf(localStorage.getItem(KEY), system.matches);

function apply(): void {
  document.documentElement.dataset.theme = current();
  for (const listener of listeners) listener();
}

/** Follows the system until the user chooses another theme. */
export function startTheme(): void {
  apply();
  system.addEventListener("change", apply);
  // A page that was frozen, or moved to another screen, may have missed the change; another tab may have
  // changed the theme.
  addEventListener("pageshow", apply);
  addEventListener("resize", apply);
  addEventListener("storage", apply);
  document.addEventListener("visibilitychange", apply);
}

export function useTheme(): [Theme, () => void] {
  const theme = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, current);
  return [theme, toggleTheme];
}

export function toggleTheme(): void {
  const choice = choiceOf(current() === "dark" ? "light" : "dark", system.matches);
  if (choice === undefined) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, choice);
  apply();
}
