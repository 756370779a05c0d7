import { canonicalJson } from "../canonical.ts";
import { enclosing, type Moment, type Path, type Place } from "./recording.ts";

/** Whether two executions took the same path. */
export type Comparison =
  | { same: true; moments: number; places: number }
  | { same: false; first: Divergence; elsewhere: string[] };

/** Where two executions differ. */
export interface Divergence {
  place: string;
  /** The number of the moment in its place: the first that differs. */
  index: number;
  recorded: readonly Moment[];
  now: readonly Moment[];
}

/**
 * What must be equal: all data, as on the same definition; or the states, their order and their calls with
 * data and outcome, as on another definition, whose states may pass other data to each other.
 */
export type Compared = "all" | "calls";

/**
 * Compares the path of an execution with that of its replay, each branch and each iteration on its own. If a
 * branch was ended from outside, such as by a failure of another branch, how far it came is not a difference:
 * that is a matter of milliseconds. `elsewhere` names the other places that differ.
 */
export function compare(recorded: Path, now: Path, compared: Compared): Comparison {
  const places = new Set([...recorded.places, ...now.places].map(({ at }) => at));
  const divergences = [...places]
    .flatMap((at) => divergenceAt(at, recorded, now, compared) ?? [])
    .sort(byTime);
  const [first, ...others] = divergences;
  if (first) return { same: false, first, elsewhere: others.map(({ place }) => place) };
  const moments = recorded.places.reduce((sum, place) => sum + place.moments.length, 0);
  return { same: true, moments, places: recorded.places.length };
}

function divergenceAt(at: string, recorded: Path, now: Path, compared: Compared): Divergence | undefined {
  const [then, again] = [placeIn(recorded, at), placeIn(now, at)];
  const [before, after] = [then?.moments ?? [], again?.moments ?? []];
  const differs = before.findIndex((moment, index) => !isSame(moment, after[index], compared));
  const index = differs < 0 ? before.length : differs;
  if (index === before.length && (index === after.length || mayBeShorter(at, then, recorded)))
    return undefined;
  if (index === after.length && (again?.open ?? true) && wasCut(at, now, recorded.status)) return undefined;
  return { place: at, index, recorded: before, now: after };
}

/** The run did not continue there because it was stopped from outside, or has not continued yet. */
function mayBeShorter(at: string, place: Place | undefined, path: Path): boolean {
  if (place) return place.open === true;
  const around = enclosing(at);
  if (!around) return true;
  const moments = placeIn(path, around.at)?.moments ?? [];
  const left = moments.some(({ what, state }) => what === "left" && state === around.state);
  return !left || fails(moments, around.state);
}

/** The replay did not continue there because its parent failed, or because it ended like the run. */
function wasCut(at: string, path: Path, recorded: Path["status"]): boolean {
  if (path.status === recorded && (path.status === "FAILED" || path.status === "TIMED_OUT")) return true;
  for (let around = enclosing(at); around; around = enclosing(around.at)) {
    if (fails(placeIn(path, around.at)?.moments ?? [], around.state)) return true;
  }
  return false;
}

function fails(moments: readonly Moment[], state: string): boolean {
  return moments.some((moment) => moment.what === "failed" && moment.state === state);
}

function placeIn({ places }: Path, at: string): Place | undefined {
  return places.find((place) => place.at === at);
}

/** If the run did nothing more, the time of its end there counts. */
function byTime(a: Divergence, b: Divergence): number {
  const [first, second] = [a, b].map(
    ({ recorded, now, index }) => recorded[index] ?? recorded.at(-1) ?? now[0]!,
  );
  return Date.parse(first!.at) - Date.parse(second!.at) || first!.id - second!.id;
}

/** Whether the same happened in both, at whatever time. */
function isSame(recorded: Moment, now: Moment | undefined, compared: Compared): boolean {
  if (!now) return false;
  const [a, b] = [recorded, now].map(({ what, state, type, value }) => {
    const passedOn = compared === "calls" && (what === "entered" || what === "left");
    return canonicalJson({ what, state, type, value: passedOn ? null : comparable(what, value) });
  });
  return a === b;
}

const EVENT_NUMBER = /\(entered at the event id #\d+\)/g;

/**
 * The value without the parts that differ each time: tokens, times, addresses, the version that a message
 * names, numbers of events.
 */
export function comparable(what: Moment["what"], value: any): unknown {
  if (what === "called" && value?.MessageBody && typeof value.MessageBody === "object") {
    const { QueueUrl: _, MessageBody, ...rest } = value;
    const { taskToken: __, entered: ___, version: ____, ...message } = MessageBody;
    return { ...rest, MessageBody: message };
  }
  if (what === "ended") {
    const { cause: _, ...end } = value;
    return end;
  }
  return JSON.parse(JSON.stringify(value ?? null).replace(EVENT_NUMBER, "(entered)"));
}
