import type { Budget } from "../../../lib/contract/budget.ts";
import type { EventContract } from "../../../lib/contract/event.ts";
import type { Batch } from "../../../lib/contract/event-batch.ts";
import type { PerKey } from "../../../lib/contract/per-key.ts";
import type { Setting } from "../../../lib/contract/settings/setting.ts";
import type { RunSettings } from "../../../lib/contract/settings/stored.ts";
import type { SharedLimitUse } from "../../../lib/contract/shared-limit.ts";
import type { SwitchValues } from "../../../lib/contract/switches.ts";

/** What intake has to know about a workflow. */
export interface IntakeSpec {
  workflow: string;
  on: readonly EventContract[];
  /** Content version of the deployed definition. */
  version: string;
  /** How long a run's claim is kept; at least as long as the archive, so that a replay finds it. */
  retentionDays: number;
  /** The budget of a run. */
  budget?: Budget | undefined;
  perKey?: PerKey | undefined;
  /** The limit that its runs share with those of other workflows. */
  sharedLimit?: SharedLimitUse | undefined;
  /** How events are collected into runs. */
  batch?: Batch | undefined;
  /** Milliseconds within which a run has to start. */
  startWithin?: number | undefined;
  /** What operators may change of it without a deployment. */
  settings?: readonly Setting[] | undefined;
  /** The settings that operators have changed, as each run records them. */
  changed?: RunSettings | undefined;
  /** Milliseconds that a run may take, if a setting allows less than the definition. */
  deadline?: number | undefined;
  /** The feature switches. */
  switches?: SwitchValues | undefined;
  /** Fields of the payload that the state machine reads; see `StepMessage.reads`. */
  reads: readonly string[];
  /** An event with more causes than this between itself and the outside is considered part of a loop. */
  mostHops: number;
}
