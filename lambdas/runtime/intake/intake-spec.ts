import type { Budget } from "../../../lib/contract/budget.ts";
import type { EventContract } from "../../../lib/contract/event.ts";
import type { PerKey } from "../../../lib/contract/per-key.ts";

/** What intake has to know of a workflow. */
export interface IntakeSpec {
  workflow: string;
  on: readonly EventContract[];
  /** Content version of the deployed definition. */
  version: string;
  /** How long a run's claim is kept; at least as long as the archive, so that a replay meets it. */
  retentionDays: number;
  /** What a run may cost. */
  budget?: Budget | undefined;
  perKey?: PerKey | undefined;
  /** Milliseconds within which a run has to start. */
  startWithin?: number | undefined;
  /** Whether its runs do without an execution as long as all goes well. */
  express?: boolean | undefined;
  /** Fields of the payload that the state machine looks at; see `StepMessage.reads`. */
  reads: readonly string[];
  /** An event that has more events between itself and the outside is taken for one of a loop. */
  mostHops: number;
}
