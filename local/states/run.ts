import { containerAt, type Machine, queryLanguage, type State } from "./definition.ts";
import type { Failure } from "./failure.ts";
import type { Frame } from "./frame.ts";
import { HISTORY_LIMIT, type HistoryEvent } from "./history.ts";
import type { Environment } from "./jsonata/evaluate.ts";
import { type MapRunState, mapRunOf, mapRunState } from "./map-run.ts";
import { parseData } from "./numbers.ts";

/** What does not change while an execution runs. */
export interface Execution {
  id: number;
  arn: string;
  name: string;
  type: "STANDARD" | "EXPRESS";
  machineArn: string;
  machineName: string;
  roleArn: string;
  machine: Machine;
  input: unknown;
  /** Milliseconds since the epoch. */
  started: number;
  redriveCount: number;
  redriven: number | null;
  /** Stands for the context object, where TestState is given one. */
  context?: Record<string, unknown>;
}

/** How an execution ended. `error` and `cause` are absent if they were not given. */
export interface Outcome {
  status: "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  output?: string;
  error?: string;
  cause?: string;
}

/** What the engine has to do once an advance is stored. */
export type Effect =
  | { kind: "call"; frame: number; nonce: string }
  | { kind: "activity"; arn: string }
  /** Nothing waits for this execution any longer. */
  | { kind: "stop"; arn: string };

/** A frame takes its next step, or learns how one of its branches or iterations ended. */
export type Turn =
  | { kind: "step"; frame: Frame }
  | {
      kind: "succeeded";
      frame: Frame;
      index: number;
      output: string;
      previous: number;
      started: number | undefined;
    }
  | { kind: "failed"; frame: Frame; child: Frame; failure: Failure };

/** Where an advance reads what earlier ones stored. */
export interface Source {
  frame(id: number): Frame | undefined;
  /** All frames of the execution, in the order of their ids. */
  frames(): Frame[];
  /** The text of what iteration `index` of the frame's Map was given. */
  item(frame: number, index: number): string;
  /** The texts of what the branches or iterations of the frame answered, in order; null where one did not. */
  results(frame: number): (string | null)[];
}

interface RunGiven {
  execution: Execution;
  environment: Environment;
  source: Source;
  progress: { lastEvent: number; lastFrame: number };
  /** Whether there is an activity of that ARN. @default any */
  knowsActivity?: (arn: string) => boolean;
}

/**
 * One advance of an execution: what it has read, and everything that it changes. The engine stores all of it
 * in one transaction, or nothing.
 */
export class Run {
  readonly execution: Execution;
  readonly environment: Environment;
  readonly events: HistoryEvent[] = [];
  readonly changed = new Map<number, Frame>();
  readonly removed = new Set<number>();
  readonly offloaded = new Set<Frame>();
  readonly items: { frame: number; index: number; input: string }[] = [];
  readonly outputs: { frame: number; index: number; output: string }[] = [];
  /** The Map Runs that changed, by ARN. */
  readonly mapRuns = new Map<string, MapRunState>();
  readonly effects: Effect[] = [];
  /** What is to be done next, in order. */
  readonly turns: Turn[] = [];
  /** What TestState shows of the data on its way through the state; nothing is noted in an execution. */
  notes: Record<string, unknown> | undefined;
  /** Whether there is an activity of that ARN. */
  readonly knowsActivity: (arn: string) => boolean;
  outcome: Outcome | undefined;
  /** Id of the last event, and of the newest frame. */
  lastEvent: number;
  lastFrame: number;
  private readonly source: Source;
  private readonly known = new Map<number, Frame>();
  private pendingItems = new Map<string, string>();

  constructor({ execution, environment, source, progress, knowsActivity = () => true }: RunGiven) {
    this.execution = execution;
    this.environment = environment;
    this.source = source;
    this.knowsActivity = knowsActivity;
    this.lastEvent = progress.lastEvent;
    this.lastFrame = progress.lastFrame;
  }

  now(): number {
    return this.environment.now();
  }

  /** The frame to read or change, or undefined if it has ended. After a change, call `touch`. */
  frame(id: number): Frame | undefined {
    if (this.removed.has(id)) return undefined;
    const known = this.known.get(id);
    if (known) return known;
    const frame = this.source.frame(id);
    if (frame) this.known.set(id, frame);
    return frame;
  }

  touch(frame: Frame): void {
    this.known.set(frame.id, frame);
    this.changed.set(frame.id, frame);
  }

  note(what: string, value: unknown): void {
    if (this.notes) this.notes[what] = value;
  }

  add(frame: Omit<Frame, "id">): Frame {
    const added = { id: ++this.lastFrame, ...frame };
    this.touch(added);
    this.turns.push({ kind: "step", frame: added });
    return added;
  }

  remove(frame: Frame): void {
    this.abandon(frame);
    this.changed.delete(frame.id);
    this.removed.add(frame.id);
  }

  noteMapRun(state: MapRunState): void {
    this.mapRuns.set(state.arn, state);
  }

  /** All frames, a frame before those below it. */
  all(): Frame[] {
    const all = new Map<number, Frame>();
    for (const frame of this.source.frames()) all.set(frame.id, frame);
    for (const frame of this.known.values()) all.set(frame.id, frame);
    const ids = [...all.keys()].filter((id) => !this.removed.has(id)).sort((a, b) => a - b);
    return ids.map((id) => this.known.get(id) ?? all.get(id)!);
  }

  /** Frames below this one, the deepest last. */
  descendants(ancestor: Frame): Frame[] {
    const ids = new Set([ancestor.id]);
    return this.all().filter((frame) => {
      const below = frame.parent !== null && ids.has(frame.parent);
      if (below) {
        ids.add(frame.id);
        this.known.set(frame.id, frame);
      }
      return below;
    });
  }

  /**
   * The frame fans out: its input and variables stay as they are until its branches or iterations have ended,
   * and are stored separately so that each of these does not write them again.
   */
  offload(frame: Frame): void {
    this.offloaded.add(frame);
  }

  stateOf(frame: Frame): State {
    return containerAt(this.execution.machine, frame.scope).States[frame.state]!;
  }

  isJsonata(state: State): boolean {
    return queryLanguage(this.execution.machine, state) === "JSONata";
  }

  setItem(frame: Frame, index: number, input: string): void {
    this.items.push({ frame: frame.id, index, input });
    this.pendingItems.set(`${frame.id}:${index}`, input);
  }

  item(frame: Frame, index: number): unknown {
    return parseData(this.pendingItems.get(`${frame.id}:${index}`) ?? this.source.item(frame.id, index));
  }

  setOutput(frame: Frame, index: number, output: string): void {
    this.outputs.push({ frame: frame.id, index, output });
  }

  results(frame: Frame): (string | null)[] {
    const results = this.items.some((item) => item.frame === frame.id) ? [] : this.source.results(frame.id);
    for (const item of this.items) if (item.frame === frame.id) results[item.index] = null;
    for (const { frame: id, index, output } of this.outputs) if (id === frame.id) results[index] = output;
    return results;
  }

  /**
   * Records an event that follows the frame's last one, and answers its id. The frame's next event follows
   * this one, unless it is an aside (the end of an iteration, an abort).
   */
  record(frame: Frame, type: string, details: object | null = null, options: RecordOptions = {}): number {
    const previous = options.previous ?? frame.previous;
    const id = frame.silent ? previous : this.append(type, details, previous);
    if (!options.aside) {
      frame.previous = id;
      if (frame.entered) frame.entered.basis = id;
    }
    return id;
  }

  /** Ends the execution and records the event of the end. */
  end(outcome: Outcome, type: string, details: object, previous: number): void {
    if (this.outcome) return;
    this.outcome = outcome;
    if (outcome.status !== "SUCCEEDED") for (const frame of this.all()) this.abandon(frame);
    this.events.push(this.event(type, details, previous));
  }

  /** As the service does, what a frame has running elsewhere is stopped when the frame is given up. */
  private abandon({ phase }: Frame): void {
    if (phase.kind === "task" && phase.stage === "child")
      this.effects.push({ kind: "stop", arn: phase.subject! });
    const arn = mapRunOf(phase)?.arn;
    if (arn === undefined || (this.mapRuns.get(arn)?.status ?? "RUNNING") !== "RUNNING") return;
    this.noteMapRun(mapRunState(phase, "ABORTED", this.now()));
  }

  private append(type: string, details: object | null, previous: number): number {
    if (this.outcome) return previous;
    if (this.lastEvent >= HISTORY_LIMIT - 1 && this.execution.type === "STANDARD") {
      const error = "States.Runtime";
      const cause = `The execution reached the maximum number of history events (${HISTORY_LIMIT}).`;
      this.end({ status: "FAILED", error, cause }, "ExecutionFailed", { error, cause }, this.lastEvent);
      return previous;
    }
    this.events.push(this.event(type, details, previous));
    return this.lastEvent;
  }

  private event(type: string, details: object | null, previous: number): HistoryEvent {
    this.lastEvent++;
    return {
      id: this.lastEvent,
      previous,
      type,
      time: this.now(),
      details: details as Record<string, unknown> | null,
    };
  }
}

export interface RecordOptions {
  aside?: boolean;
  previous?: number;
}
