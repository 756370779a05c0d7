import { DefinitionError } from "./definition-error.ts";
import { type Duration, milliseconds } from "./duration.ts";
import { isWhole } from "./whole-number.ts";

/** How many runs of all workflows that share a limit run at the same time, or start in a period. */
interface LimitOptions {
  /** Concurrent runs, from 1 to 100. @default no limit */
  readonly atOnce?: number;
  /** Starts in any period of the length `per`, from 1 to 100. @default no limit */
  readonly starts?: number;
  /** The period of `starts`, from 1 second to 1 day. Required with `starts`. */
  readonly per?: Duration;
}

/** The limits of all keys together, and of each key. At least one is required. */
export interface SharedLimitOptions extends LimitOptions {
  /** The limits of each key. Where there is a limit for all keys together, only `atOnce`. @default no limit */
  readonly perKey?: LimitOptions;
}

/** A limit that workflows share by its name. */
export interface SharedLimitSpec extends SharedLimitOptions {
  readonly name: string;
}

/** How a workflow uses a shared limit. */
export interface SharedLimitUse<Data = any> {
  readonly limit: SharedLimitSpec;
  /** The key whose runs take turns with those of other keys. @default the event's key */
  readonly by?: (data: Data) => string;
  /** Seconds by which a waiting run is moved ahead of others of its key, as in `perKey`. @default 0 */
  readonly priority?: (data: Data) => number;
}

/** A run of a workflow with a shared limit: the limit, and the key under which it is counted. */
export interface LimitOfRun {
  name: string;
  key: string;
}

/** The limits of one lane: of all keys, or of one. */
export interface LaneLimits {
  /** Concurrent runs; `Infinity` without a limit. */
  readonly atOnce: number;
  /** Starts in any `per` milliseconds; `Infinity` without a limit. */
  readonly starts: number;
  readonly per: number;
  /** Concurrent runs of one key; `Infinity` without a limit. */
  readonly atOnceOfKey: number;
}

const NAME = /^[a-z][a-z0-9-]{0,47}$/;
/** Runs with a place are in one item of the table, and so are the starts of the last period. */
const MOST = 100;
const SHORTEST: Duration = "1 second";
const LONGEST: Duration = "1 day";

/** Declares a limit that workflows share. Throws a DefinitionError that names the invalid option. */
export function defineSharedLimit(name: string, options: SharedLimitOptions): SharedLimitSpec {
  const problem = problemOf(name, options);
  if (problem) throw new DefinitionError(`Shared limit "${name}": ${problem}`);
  return { ...options, name };
}

function problemOf(name: string, { perKey, ...all }: SharedLimitOptions): string | undefined {
  if (!NAME.test(name))
    return "the name must have up to 48 lower-case letters, digits and dashes, and begin with a letter.";
  const problem = problemOfOptions("", all) ?? (perKey && problemOfOptions("perKey.", perKey));
  if (problem) return problem;
  if (isEmpty(all) && (!perKey || isEmpty(perKey)))
    return 'it limits nothing. Set "atOnce" or "starts", for all keys or in "perKey".';
  if (!isEmpty(all) && perKey?.starts !== undefined)
    return 'it has "perKey.starts" and a limit for all keys, so one item would have the starts of every key. Remove one of the two, or use "perKey" of the workflows.';
  return undefined;
}

function problemOfOptions(prefix: string, { atOnce, starts, per }: LimitOptions): string | undefined {
  for (const [option, value] of Object.entries({ atOnce, starts }))
    if (value !== undefined && !isWhole(value, 1, MOST))
      return `"${prefix}${option}" is ${value}. It must be a whole number from 1 to ${MOST}.`;
  if ((starts === undefined) !== (per === undefined))
    return `"${prefix}starts" and "${prefix}per" belong together, as in starts: 60, per: "1 minute".`;
  if (per === undefined) return undefined;
  const period = milliseconds(per);
  return period >= milliseconds(SHORTEST) && period <= milliseconds(LONGEST)
    ? undefined
    : `"${prefix}per" is ${per}. It must be between ${SHORTEST} and ${LONGEST}.`;
}

function isEmpty({ atOnce, starts }: LimitOptions): boolean {
  return atOnce === undefined && starts === undefined;
}

/** Whether each key has a lane of its own, since nothing limits all keys together. */
export function isByKey(limit: SharedLimitOptions): boolean {
  return isEmpty(limit);
}

/** The limits that apply in a lane. */
export function laneLimits(limit: SharedLimitOptions): LaneLimits {
  const { perKey = {} } = limit;
  const { atOnce = Infinity, starts = Infinity, per } = isByKey(limit) ? perKey : limit;
  return {
    atOnce,
    starts,
    per: per === undefined ? 0 : milliseconds(per),
    atOnceOfKey: isByKey(limit) ? Infinity : (perKey.atOnce ?? Infinity),
  };
}

/** Whether a place is needed until the run ends. With a limit for starts alone, a run that has started needs none. */
export function countsRunning({ atOnce, atOnceOfKey }: LaneLimits): boolean {
  return Math.min(atOnce, atOnceOfKey) !== Infinity;
}
