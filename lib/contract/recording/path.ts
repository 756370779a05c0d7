import { detailsOf, type HistoryEvent } from "./history.ts";
import { type Moment, type Path, type Place, within } from "./recording.ts";

/** The position of consecutive events: in a state of a place, which is inside a state of another. */
interface Point {
  at: string;
  state?: string;
  type?: string;
  up?: Point;
}

const CALLED = /^(Task|LambdaFunction|Activity)Scheduled$/;
const ANSWERED = /^(Task|LambdaFunction|Activity)Succeeded$/;
const FAILED = /^(Task|LambdaFunction|Activity)(Failed|ScheduleFailed|StartFailed|SubmitFailed)$/;
const TIMED_OUT = /^(Task|LambdaFunction|Activity)TimedOut$/;
const ENDED = /^Execution(Succeeded|Failed|TimedOut|Aborted)$/;

/** The path of an execution, from its history. Events of one branch are in sequence, independent of other branches. */
export function pathOf(history: readonly HistoryEvent[]): Path {
  const events = history.toSorted((a, b) => a.id - b.id);
  const walk = new Walk(events);
  for (const event of events) walk.step(event);
  return walk.path();
}

class Walk {
  private readonly byId: ReadonlyMap<number, HistoryEvent>;
  private readonly points = new Map<number, Point>();
  private readonly places = new Map<string, Place>();
  /** Places whose failure failed their parent. */
  private readonly failed = new Set<string>();
  private status: Path["status"] = "RUNNING";

  constructor(events: readonly HistoryEvent[]) {
    this.byId = new Map(events.map((event) => [event.id, event]));
  }

  step(event: HistoryEvent): void {
    const point = this.pointOf(event);
    this.points.set(event.id, point);
    if (event.type === "MapIterationFailed") this.failed.add(iteration(point, event).at);
    if (event.type === "ParallelStateFailed") this.failed.add(this.before(event).at);
    if (ENDED.test(event.type)) this.status = statusOf(event.type);
    const moment = momentOf(event, point);
    if (moment) this.place(moment.what === "ended" ? "" : point.at).moments.push(moment);
    else if (event.type === "MapIterationStarted") this.place(point.at);
  }

  path(): Path {
    const places = [...this.places.values()].map((place) => ({
      ...place,
      ...(this.isOpen(place) && { open: true as const }),
    }));
    return { status: this.status, places };
  }

  private place(at: string): Place {
    const known = this.places.get(at);
    if (known) return known;
    const place = { at, moments: [] };
    this.places.set(at, place);
    return place;
  }

  private isOpen({ at, moments }: Place): boolean {
    const last = moments.at(-1);
    if (at === "") return last?.what !== "ended";
    return last?.what !== "left" && last?.type !== "Fail" && !this.failed.has(at);
  }

  private before({ previousEventId }: HistoryEvent): Point {
    return this.points.get(previousEventId) ?? { at: "" };
  }

  private pointOf(event: HistoryEvent): Point {
    const { type } = event;
    const before = this.before(event);
    const { name, state } = detailsOf(event);
    if (type.endsWith("StateEntered")) return this.entered(event, before, name);
    if (type.endsWith("StateExited")) return this.around(before, name);
    if (type === "MapIterationStarted") return iteration(this.around(before, name), event);
    if (type.startsWith("MapIteration")) return this.around(before, name);
    const ofIteration = this.byId.get(event.previousEventId)?.type.startsWith("MapIteration");
    if (type === "MapStateFailed") return ofIteration ? before : ofType(before, "Map");
    if (type === "ParallelStateFailed") return ofType(before, "Parallel");
    // It follows the event before the state was entered, since the state's fields are evaluated when it is
    // entered.
    if (type === "EvaluationFailed") return this.around({ at: "" }, state);
    return before;
  }

  private entered({ previousEventId, type }: HistoryEvent, before: Point, state: string): Point {
    const kind = type.slice(0, -"StateEntered".length);
    const begins = this.byId.get(previousEventId)?.type === "ParallelStateStarted";
    if (begins) return { at: within(before.at, before.state!, state), state, type: kind, up: before };
    return { at: before.at, state, type: kind, up: before.up };
  }

  /** The state of this name that contains the point, at any depth; otherwise the one entered last. */
  private around(point: Point, state: string): Point {
    for (let at: Point | undefined = point; at; at = at.up) if (at.state === state) return at;
    return [...this.points.values()].findLast((known) => known.state === state) ?? point;
  }
}

function iteration(map: Point, event: HistoryEvent): Point {
  return { at: within(map.at, map.state!, detailsOf(event).index), up: map };
}

/**
 * The innermost state of this type that contains the point. A branch or an iteration fails in a state of its
 * own.
 */
function ofType(point: Point, type: string): Point {
  for (let at = point.up ?? point; at; at = at.up!) if (at.type === type) return at;
  return point;
}

function momentOf(event: HistoryEvent, { state = "", type }: Point): Moment | undefined {
  const { id, timestamp: at } = event;
  const details = detailsOf(event);
  const moment = (what: Moment["what"], value?: unknown): Moment => ({
    id,
    at,
    what,
    state,
    ...(value !== undefined && { value }),
  });
  if (event.type.endsWith("StateEntered")) return { ...moment("entered", parse(details.input)), type: type! };
  if (event.type.endsWith("StateExited")) return moment("left", leaving(details));
  if (CALLED.test(event.type))
    return moment("called", withoutToken(parse(details.parameters ?? details.input)));
  if (ANSWERED.test(event.type)) return moment("answered", parse(details.output));
  if (FAILED.test(event.type)) return moment("failed", failure(details));
  if (TIMED_OUT.test(event.type)) return moment("timed out");
  if (event.type === "MapStateFailed" || event.type === "ParallelStateFailed") return moment("failed");
  // An execution may be stopped from outside at any moment.
  if (!ENDED.test(event.type) || event.type === "ExecutionAborted") return undefined;
  const output = details.output === undefined ? {} : { output: parse(details.output) };
  return {
    ...moment("ended", { status: statusOf(event.type), ...output, ...failure(details) }),
    state: "",
  };
}

function statusOf(type: string): Path["status"] {
  const how = type.slice("Execution".length);
  return (how === "TimedOut" ? "TIMED_OUT" : how.toUpperCase()) as Path["status"];
}

function leaving({ output, assignedVariables }: Readonly<Record<string, any>>): unknown {
  const assigned = Object.entries<string>(assignedVariables ?? {}).map(([name, text]) => [name, parse(text)]);
  return { output: parse(output), ...(assigned.length > 0 && { assigned: Object.fromEntries(assigned) }) };
}

function failure({ error, cause }: Readonly<Record<string, any>>): { error?: string; cause?: string } {
  return { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}

/** A token differs in each execution, and must stay secret. */
function withoutToken(parameters: any): unknown {
  const token = parameters?.MessageBody?.taskToken;
  if (typeof token !== "string") return parameters;
  return { ...parameters, MessageBody: { ...parameters.MessageBody, taskToken: TOKEN } };
}

const TOKEN = "(task token)";

function parse(text: unknown): unknown {
  if (typeof text !== "string") return text ?? null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
