import type { BreakerSpec } from "../breaker.ts";
import type { Budget } from "../budget.ts";
import { DefinitionError } from "../definition-error.ts";
import { type Duration, milliseconds } from "../duration.ts";
import type { Batch } from "../event-batch.ts";
import type { PerKey } from "../per-key.ts";
import type { ReactionSpec } from "../reaction.ts";
import type { SharedLimitSpec } from "../shared-limit.ts";
import type { StepSpec } from "../step.ts";
import { defaultsOf, type Switches } from "../switches.ts";
import { mostAttempts } from "../work.ts";
import {
  refusalOf,
  type Setting,
  type SettingLimits,
  type SettingRange,
  type SettingValue,
} from "./setting.ts";
import { valueAt } from "./stored.ts";

/** The part of a workflow's definition that has settings, without its steps. */
export interface WorkflowWithSettings {
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

type Declared = Omit<Setting, "default">;

const whole = (least: number, most: number): SettingRange => ({ type: "number", least, most, whole: true });
const amount = (least: number, most: number): SettingRange => ({ type: "number", least, most, whole: false });
const lasting = (least: Duration, most: Duration): SettingRange => ({ type: "duration", least, most });

/** Of the values below, a definition has those as settings that it sets itself. */
const OF_WORKFLOWS: readonly Declared[] = [
  now("perKey.atOnce", whole(1, 20), "Maximum number of concurrent runs of a key"),
  now("perKey.starts", whole(1, 100), "Maximum number of starts of a key in a period"),
  now("perKey.per", lasting("1 second", "1 day"), "The period of perKey.starts"),
  now("perKey.debounce", lasting("100 ms", "1 day"), "Time without an event after which a burst is over"),
  now("perKey.atMost", lasting("100 ms", "7 days"), "Maximum duration of a burst"),
  now("batch.size", whole(2, 99), "Maximum number of events in a batch"),
  now("batch.within", lasting("1 second", "1 day"), "How long a batch waits for further events"),
  ofRuns("startWithin", lasting("1 second", "30 days"), "How long a run may wait for its start"),
  ofRuns("deadline", lasting("1 minute", "365 days"), "How long a run may take; checked every five minutes"),
  ofRuns("budget.usd", amount(0, 1_000_000), "What the calls of a run may cost, in US dollars"),
  ofRuns("budget.tokens", whole(0, 1_000_000_000), "How many tokens the calls of a run may use"),
  now("mostHops", whole(1, 1_000), "Hops after which an event counts as part of a loop"),
];

const OF_REACTIONS: readonly Declared[] = [
  now("retry.backoff", lasting("1 ms", "1 day"), "Pause before the second attempt"),
  now("retry.rate", amount(1, 10), "Factor by which each further pause is longer"),
  now("retry.maxDelay", lasting("1 ms", "7 days"), "The longest pause"),
  now("budget.usd", amount(0, 1_000_000), "What the calls of an attempt may cost, in US dollars"),
  now("budget.tokens", whole(0, 1_000_000_000), "How many tokens the calls of an attempt may use"),
];

const OF_BREAKERS: readonly Declared[] = [
  now("failures", whole(1, 1_000), "Consecutive failures that open it"),
  now("rate.share", amount(0.01, 1), "The failure rate that opens it"),
  now("rate.least", whole(1, 10_000), "Calls in the window from which the rate counts"),
  now("window", lasting("1 second", "1 day"), "How long a call counts towards the rate"),
  now("cooldown", lasting("1 second", "1 day"), "How long it stays open before a call probes the downstream"),
];

const OF_LIMITS: readonly Declared[] = [
  now("atOnce", whole(1, 100), "Maximum number of concurrent runs"),
  now("starts", whole(1, 100), "Maximum number of starts in a period"),
  now("per", lasting("1 second", "1 day"), "The period of starts"),
  now("perKey.atOnce", whole(1, 100), "Maximum number of concurrent runs of a key"),
  now("perKey.starts", whole(1, 100), "Maximum number of starts of a key in a period"),
  now("perKey.per", lasting("1 second", "1 day"), "The period of perKey.starts"),
];

/** The settings of a workflow itself: of its starts, and of its runs as a whole. */
export function workflowSettings(workflow: WorkflowWithSettings): Setting[] {
  const { batch, deadline } = workflow;
  // The state machine is compiled for these: they are the most that a setting allows.
  const compiled: Record<string, SettingRange | undefined> = {
    "batch.size": batch && whole(2, batch.size),
    deadline: deadline && lasting("1 minute", deadline),
  };
  const declared = OF_WORKFLOWS.map((one) => ({ ...one, range: compiled[one.name] ?? one.range }));
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

/** The settings of a workflow's steps, without the limits that it sets. */
export function stepSettings(steps: readonly StepSpec[]): Setting[] {
  return steps.map(({ name, retry }) => ({
    ...attemptsSetting(retry),
    name: attemptsOf(name),
    affects: "new runs",
    about: `Attempts of the step ${name} in total`,
  }));
}

/** The name of the setting for a step's attempts, in the settings of its workflow. */
export function attemptsOf(step: string): string {
  return `steps.${step}.retry.attempts`;
}

/** The settings of a reaction. */
export function reactionSettings(reaction: ReactionSpec): Setting[] {
  const attempts: Setting = {
    ...attemptsSetting(reaction.retry),
    name: "retry.attempts",
    affects: "now",
    about: "Attempts in total",
  };
  return [attempts, ...of(reaction, OF_REACTIONS)];
}

/** The settings of a breaker. */
export function breakerSettings(breaker: BreakerSpec): Setting[] {
  return of(breaker, OF_BREAKERS);
}

/** The settings of a shared limit. */
export function limitSettings(limit: SharedLimitSpec): Setting[] {
  return of(limit, OF_LIMITS);
}

/** What is compiled and deployed allows no more attempts than the policy's `most`. */
export function attemptsSetting(retry: StepSpec["retry"]): Pick<Setting, "default" | "range"> {
  return { default: retry.attempts, range: whole(1, mostAttempts(retry)) };
}

/**
 * Throws a DefinitionError if a definition limits a setting that it does not have, or so that its own value
 * does not fit. `all`: its settings without these limits.
 */
export function refuseLimits(
  { name: workflow, settings = {} }: Pick<WorkflowWithSettings, "name" | "settings">,
  all: readonly Setting[],
  limitedSettings: readonly Setting[],
): void {
  const unknown = Object.keys(settings).find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new DefinitionError(
      `Workflow "${workflow}" limits the setting "${unknown}", which it does not have. Its settings: ${all.map(({ name }) => name).join(", ")}.`,
    );
  for (const setting of limitedSettings) {
    const refusal = refusalOf(setting, setting.default);
    if (refusal)
      throw new DefinitionError(
        `Workflow "${workflow}": by the limits in "settings", its own value of "${setting.name}" ${refusal}.`,
      );
  }
}

function now(name: string, range: SettingRange, about: string): Declared {
  return { name, range, affects: "now", about };
}

function ofRuns(name: string, range: SettingRange, about: string): Declared {
  return { name, range, affects: "new runs", about };
}

/** A definition's own value is always within the range. */
function of(definition: object, declared: readonly Declared[]): Setting[] {
  return declared.flatMap((one) => {
    const own = valueAt(definition, one.name);
    return own === undefined
      ? []
      : [{ ...one, default: own as SettingValue, range: including(one.range, own) }];
  });
}

function including(range: SettingRange, own: unknown): SettingRange {
  if (range.type === "number") {
    const value = own as number;
    return { ...range, least: Math.min(range.least, value), most: Math.max(range.most, value) };
  }
  if (range.type !== "duration") return range;
  const value = own as Duration;
  const [least, most] = [milliseconds(range.least), milliseconds(range.most)];
  const length = milliseconds(value);
  return { ...range, ...(length < least && { least: value }), ...(length > most && { most: value }) };
}

/** Settings within the limits of a definition, without those that it fixes. */
export function limited(
  settings: readonly Setting[],
  limits: WorkflowWithSettings["settings"] = {},
): Setting[] {
  return settings.flatMap((setting) => {
    const limit = limits[setting.name];
    if (limit === "fixed") return [];
    return limit ? [{ ...setting, range: { ...setting.range, ...limit } as SettingRange }] : [setting];
  });
}
