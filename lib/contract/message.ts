/** What every message, log line and event of a run carries. Travels in the execution's input. */
export interface RunReference {
  /** Also the name of the execution. */
  id: string;
  workflow: string;
  /** 1, and one more for each retry of the whole run. */
  epoch: number;
  /** Content version of the definition that the run started on. */
  version: string;
  /** The event that started it. */
  event: string;
  correlation: string;
  /** Hops of the event that started it. */
  hops: number;
  traceparent?: string | undefined;
}

/** Input of an execution. */
export interface ExecutionInput {
  run: RunReference;
  /** Payload of the event that started the run. */
  event: Record<string, unknown>;
}

/** What a state machine sends to a step's queue. Written by the compiler, read by the worker. */
export interface StepMessage {
  taskToken: string;
  run: RunReference;
  step: string;
  /** Where in the workflow: node names and map indexes, "draw-scene[3]". Part of the claim's key. */
  path: string;
  /** 1 for the first try. */
  attempt: number;
  /** How often the execution was redriven: attempts start again at 1 after each. */
  redrive: number;
  input: unknown;
}

/** What a state machine sends when a person has to decide. */
export interface ApprovalMessage {
  taskToken: string;
  run: RunReference;
  /** Who is asked: "editor". */
  approval: string;
  path: string;
  /** 1 for the first call, 2 after the first stayed unanswered. */
  level: number;
  /** Milliseconds until silence is taken for an answer; absent where the workflow's deadline is the only limit. */
  within?: number | undefined;
  /** What there is to see. */
  show: Record<string, unknown>;
}

/** A person's answer, as the workflow reads it. */
export interface ApprovalDecision {
  approved: boolean;
  decidedBy: string;
  note?: string | undefined;
}
