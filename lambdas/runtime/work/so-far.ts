import type { Usage } from "../../../lib/contract/budget.ts";

/** The state of a run, from what its worker reads anyway before it begins. */
export interface SoFar {
  /** ISO time at which the run's event was accepted. */
  acceptedAt: string;
  /** What the calls that its steps made by `spend` have cost, as far as they are settled. */
  spent: Usage;
}
