export type Theme = "light" | "dark";

/** The theme that is shown: the chosen one, otherwise the system's. */
export function themeOf(chosen: string | null, systemIsDark: boolean): Theme {
  if (chosen === "light" || chosen === "dark") return chosen;
  return systemIsDark ? "dark" : "light";
}

/** What is stored of a choice: nothing for the system's theme, so that the page follows the system again. */
export function choiceOf(wanted: Theme, systemIsDark: boolean): Theme | undefined {
  return wanted === (systemIsDark ? "dark" : "light") ? undefined : wanted;
}
