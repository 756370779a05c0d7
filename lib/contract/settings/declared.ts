import type { BreakerSpec } from "../breaker.ts";
import type { Budget } from "../budget.ts";
import type { Duration } from "../duration.ts";
import type { Batch } from "../event-batch.ts";
import type { PerKey } from "../per-key.ts";
import type { ReactionSpec } from "../reaction.ts";
import type { SharedLimitSpec } from "../shared-limit.ts";
import { defaultsOf, type Switches } from "../switches.ts";
import {
  type Adjustable,
  BREAKER_SETTINGS,
  REACTION_SETTINGS,
  SHARED_LIMIT_SETTINGS,
  WORKFLOW_SETTINGS,
} from "./adjustable.ts";
import { attemptsSetting } from "./attempts.ts";
import { limited } from "./limits.ts";
import { including, lasting, whole } from "./range.ts";
import type { Setting, SettingLimits, SettingRange, SettingValue } from "./setting.ts";
import { valueAt } from "./stored.ts";

/** The part of a workflow's definition that has settings, without its steps. */
interface WorkflowWithSettings {
  readonly name: string;
  readonly perKey?: PerKey | undefined;
  readonly batch?: Batch | undefined;
  readonly startWithin?: Duration | undefined;
  readonly deadline?: Duration | undefined;
  readonly budget?: Budget | undefined;
  readonly mostHops: number;
  readonly switches?: Switches | undefined;
  readonly settings?: Readonly<Record<string, SettingLimits>> | undefined;
}

/** The settings of a workflow itself: of its starts, and of its runs as a whole. */
export function workflowSettings(workflow: WorkflowWithSettings): Setting[] {
  const { batch, deadline } = workflow;
  // The state machine is compiled for these: they are the most that a setting allows.
  const compiled: Record<string, SettingRange | undefined> = {
    "batch.size": batch && whole(2, batch.size),
    deadline: deadline && lasting("1 minute", deadline),
  };
  const declared = WORKFLOW_SETTINGS.map((one) => ({ ...one, range: compiled[one.name] ?? one.range }));
  return limited([...of(workflow, declared), ...switchSettings(workflow.switches)], workflow.settings);
}

function switchSettings(switches: Switches = {}): Setting[] {
  const defaults = defaultsOf(switches);
  return Object.entries(switches).map(([name, own]) => ({
    name: `switches.${name}`,
    default: defaults[name]!,
    range: typeof own === "boolean" ? { type: "switch" } : { type: "choice", of: own },
    affects: "new runs",
    about: `Feature switch ${name}`,
  }));
}

/** The settings of a reaction. */
export function reactionSettings(reaction: ReactionSpec): Setting[] {
  const attempts: Setting = {
    ...attemptsSetting(reaction.retry),
    name: "retry.attempts",
    affects: "now",
    about: "Attempts in total",
  };
  return [attempts, ...of(reaction, REACTION_SETTINGS)];
}

/** The settings of a breaker. */
export function breakerSettings(breaker: BreakerSpec): Setting[] {
  return of(breaker, BREAKER_SETTINGS);
}

/** The settings of a shared limit. */
export function limitSettings(limit: SharedLimitSpec): Setting[] {
  return of(limit, SHARED_LIMIT_SETTINGS);
}

/** The settings that a definition has: those whose values it sets itself. Its own value is always within the range. */
function of(definition: object, declared: readonly Adjustable[]): Setting[] {
  return declared.flatMap((one) => {
    const own = valueAt(definition, one.name);
    return own === undefined
      ? []
      : [{ ...one, default: own as SettingValue, range: including(one.range, own) }];
  });
}
