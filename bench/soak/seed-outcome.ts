import type { Weather } from "./dice.ts";
import type { History } from "./history.ts";
import type { Violation } from "./invariants.ts";

/** What may be left out of a seed's history, to find what matters of it. */
export interface Cut {
  weather?: Weather;
  history?: History;
  /** Single faults that do not happen, by their ids. */
  muted?: ReadonlySet<string>;
}

/** How a seed came out. */
export interface SeedOutcome {
  violations: Violation[];
  /** What went wrong on purpose, in order. */
  fired: string[];
  weather: Weather;
  history: History;
  /** Calls of services. */
  calls: number;
}

/** What violations are counted by. */
export const kindOf = ({ rule, what }: Violation): string => `${rule}: ${what}`;
