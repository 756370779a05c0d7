import type { Scope } from "./definition.ts";
import type { Failure } from "./failure.ts";

/**
 * One line of control of an execution: the execution itself, a branch of a Parallel, or an iteration of a Map.
 * Plain data: what is stored is exactly this, and an execution continues from it after a restart.
 */
export interface Frame {
  /** Unique among the frames of the execution that exist at the same time. The execution itself is 0. */
  id: number;
  parent: number | null;
  /** Which branch or iteration of the parent. */
  index: number;
  scope: Scope;
  /** Name of the current state. */
  state: string;
  /** What the current state was given. */
  input: unknown;
  /** Variables assigned in this scope. Those of enclosing scopes stay with their frames. */
  variables: Record<string, unknown>;
  /** The history event that the next one of this frame follows. */
  previous: number;
  entered: Entered | null;
  /** How often each retrier of the current state was used. */
  retries: number[];
  phase: Phase;
  /** What the context object shows of the iteration this frame is. */
  item?: { Index: number; Value: unknown; Key?: string; Source?: string };
  /** Runs as a child workflow of a distributed Map: its steps are not part of the execution's history. */
  silent?: boolean;
  /** When the child workflow was started, in milliseconds since the epoch. */
  started?: number;
}

interface Entered {
  /** Id of the history event that records it. */
  event: number;
  /** Milliseconds since the epoch. */
  time: number;
  /**
   * The event that an EvaluationFailed event follows. The service evaluates a state's fields in the step that
   * enters it, so that this is still the event before it.
   */
  basis: number;
}

/** What a frame is doing. */
export type Phase =
  /** About to enter `state`. */
  | { kind: "ready" }
  /** About to run `state` again, which it has entered. */
  | { kind: "rerun" }
  | TaskPhase
  /** A Wait, or the pause before a retry; `until` in milliseconds since the epoch. */
  | { kind: "wait"; until: number }
  | { kind: "backoff"; until: number }
  | { kind: "parallel"; remaining: number }
  | ReadPhase
  | MapPhase
  | WritePhase;

export interface TaskPhase {
  kind: "task";
  /** Distinguishes this attempt from earlier ones. */
  nonce: string;
  /** calling: its answer is awaited · token: a callback · child: an execution's end · activity: a worker to take it · worker: one took it. */
  stage: "calling" | "token" | "child" | "activity" | "worker";
  parameters: unknown;
  /** The role of the call, if the state names one. */
  role?: string;
  /** ARN of the execution or of the activity that `stage` speaks of. */
  subject?: string;
  timeoutAt?: number;
  heartbeatSeconds?: number;
  heartbeatAt?: number;
}

/** A distributed Map whose items are being read. */
export interface ReadPhase {
  kind: "read";
  nonce: string;
  /** What the reader's resource is called with. */
  parameters: unknown;
  /** The reader's configuration, its MaxItems evaluated; 0 reads all. */
  config: { InputType?: string; MaxItems: number; [field: string]: unknown };
  concurrency: number;
  run: MapRun;
}

/** The run of a distributed Map, and how many failed items it bears. */
export interface MapRun {
  arn: string;
  toleratedCount: number | null;
  toleratedPercentage: number | null;
  /** Milliseconds since the epoch. */
  started: number;
  redrives: number;
  redriven: number | null;
}

/** How far the child workflows of a Map, or the items in them, are. */
export interface Counts {
  length: number;
  running: number;
  succeeded: number;
  failed: number;
}

export interface MapPhase extends Counts {
  kind: "map";
  /** Iterations that were started. */
  started: number;
  /** Those that a redrive starts again. */
  again: number[];
  concurrency: number;
  run?: MapRun;
  /** The items, where a child workflow is given several. */
  items?: Counts;
}

/** A distributed Map whose results are being written. */
export interface WritePhase {
  kind: "write";
  nonce: string;
  /** What the writer's resource is called with. */
  parameters: { Bucket?: string; Prefix?: string };
  /** The Map as its child workflows left it. */
  map: MapPhase & { run: MapRun };
  /** Why the Map fails once its results are written. */
  failure: Failure | null;
}

/** What waits for an answer to a call that the engine makes. */
export type CallPhase = TaskPhase | ReadPhase | WritePhase;

export function isCall(phase: Phase): phase is CallPhase {
  return phase.kind === "task" || phase.kind === "read" || phase.kind === "write";
}

/** When the frame is due, in milliseconds since the epoch. */
export function due(frame: Frame): number | null {
  const { phase } = frame;
  if (phase.kind === "wait" || phase.kind === "backoff") return phase.until;
  if (phase.kind !== "task") return null;
  const times = [phase.timeoutAt, phase.heartbeatAt].filter((time) => time !== undefined);
  return times.length > 0 ? Math.min(...times) : null;
}

/** Whether the frame waits for frames below it. */
export function fansOut({ phase }: Frame): boolean {
  return phase.kind === "map" || phase.kind === "parallel";
}

/** Whether nothing will come from outside to move this frame: after a restart the engine has to. */
export function needsPush(frame: Frame): boolean {
  const { phase } = frame;
  if (phase.kind === "task") return phase.stage === "calling";
  return phase.kind !== "wait" && phase.kind !== "backoff" && !fansOut(frame);
}
