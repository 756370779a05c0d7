import { DefinitionError } from "../definition-error.ts";
import { type Duration, milliseconds } from "../duration.ts";
import type { DataOf, EventContract } from "../event.ts";
import { isWhole } from "../whole-number.ts";
import { type TriggerSpec, triggerName } from "./trigger.ts";

/** What a threshold or an absence is about. */
interface Watched<On extends EventContract, E extends EventContract> {
  /** The events that are watched. */
  on: On;
  /** The event that is published. */
  event: E;
  /** The key by which events belong together. @default the event's key; without one, all belong together */
  by?: (data: DataOf<On>) => string;
  /** The length of the window, from 1 second to 30 days. */
  within: Duration;
}

/** A number of events, or a sum of their amounts, within a window. */
export type ThresholdOptions<On extends EventContract, E extends EventContract> = Watched<On, E> &
  (
    | {
        /** The number of events, from 2 to 100. */
        count: number;
      }
    | {
        /** The amount of an event. */
        sum: (data: DataOf<On>) => number;
        /** The sum of the amounts that is a crossing; above 0. */
        atLeast: number;
      }
  );

/** A crossing: the payload of the event, unless the handler converts it. */
export interface Crossing {
  key: string;
  /** The number of events, or the sum of their amounts. */
  value: number;
  /** ISO times of the first and the last of the events that count. */
  from: string;
  to: string;
}

/** A key without an event for longer than the window: the payload of the event, unless the handler converts it. */
export interface Absence {
  key: string;
  /** ISO time of its last event. */
  last: string;
  /** ISO time at which the next one was due. */
  due: string;
}

interface WatchingSpec<On extends EventContract, E extends EventContract> extends TriggerSpec {
  readonly on: On;
  readonly event: E;
  readonly by: ((data: any) => string) | undefined;
  /** Milliseconds. */
  readonly within: number;
}

/** A threshold, as `defineThreshold` declares it. */
export interface ThresholdSpec<
  On extends EventContract = EventContract,
  E extends EventContract = EventContract,
> extends WatchingSpec<On, E> {
  readonly kind: "threshold";
  /** The amount of an event; undefined where events are counted. */
  readonly sum: ((data: any) => number) | undefined;
  /** The number of events, or the sum of their amounts, that is a crossing. */
  readonly atLeast: number;
}

/** An absence, as `defineAbsence` declares it. */
export interface AbsenceSpec<
  On extends EventContract = EventContract,
  E extends EventContract = EventContract,
> extends WatchingSpec<On, E> {
  readonly kind: "absence";
}

const MOST_COUNTED = 100;
const SHORTEST: Duration = "1 second";
const LONGEST: Duration = "30 days";

/**
 * Declares an event for each time that events of a key reach a number or a sum within a window. Throws a
 * DefinitionError that names the invalid option.
 */
export function defineThreshold<On extends EventContract, E extends EventContract>(
  name: string,
  { on, event, by, within, ...limit }: ThresholdOptions<On, E>,
): ThresholdSpec<On, E> {
  const watched = watch("Threshold", name, { on, event, by, within });
  const counts = "count" in limit;
  const atLeast = counts ? limit.count : limit.atLeast;
  if (counts && !isWhole(atLeast, 2, MOST_COUNTED))
    throw new DefinitionError(
      `Threshold "${name}" has a "count" of ${atLeast}. It must be a whole number from 2 to ${MOST_COUNTED}.`,
    );
  if (!(Number.isFinite(atLeast) && atLeast > 0))
    throw new DefinitionError(`Threshold "${name}" has "atLeast" ${atLeast}. It must be a number above 0.`);
  return { ...watched, kind: "threshold", sum: counts ? undefined : limit.sum, atLeast };
}

/**
 * Declares an event for each time that a key, after an event, has no other one within a window. Throws a
 * DefinitionError that names the invalid option.
 */
export function defineAbsence<On extends EventContract, E extends EventContract>(
  name: string,
  options: Watched<On, E>,
): AbsenceSpec<On, E> {
  return { ...watch("Absence", name, options), kind: "absence" };
}

function watch<On extends EventContract, E extends EventContract>(
  kind: string,
  given: string,
  { on, event, by, within }: Watched<On, E>,
): WatchingSpec<On, E> {
  const name = triggerName(kind, given);
  if (on.name === event.name)
    throw new DefinitionError(
      `${kind} "${name}" publishes ${event.name}, which it also watches. Publish an event of another name.`,
    );
  const length = milliseconds(within);
  if (length < milliseconds(SHORTEST) || length > milliseconds(LONGEST))
    throw new DefinitionError(
      `${kind} "${name}" has a window of ${within}. "within" must be between ${SHORTEST} and ${LONGEST}.`,
    );
  return { name, on, event, events: [event], by, within: length };
}
