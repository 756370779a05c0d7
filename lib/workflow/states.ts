/** The part of the Amazon States Language, with JSONata, that Millrace writes. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** States, and the name of the first. */
export interface Machine {
  readonly StartAt: string;
  readonly States: States;
}

/** A state machine in the Amazon States Language, as plain JSON. */
export interface StateMachine extends Machine {
  readonly Comment: string;
  readonly QueryLanguage: "JSONata";
  /** The deadline of an execution, in seconds. */
  readonly TimeoutSeconds: number;
}

export type States = Readonly<Record<string, State>>;
export type State = Task | Choice | MapState | Parallel | Pass | Wait | Fail;

/** The output of a state, and its next state. */
export interface Transition {
  readonly Assign?: Readonly<Record<string, Json>>;
  readonly Output?: Json;
  readonly Next?: string;
  readonly End?: true;
}

export interface Task extends Transition {
  readonly Type: "Task";
  readonly Resource: string;
  readonly Arguments: Json;
  /** A number, or JSONata for one. */
  readonly TimeoutSeconds?: number | string;
  readonly Retry: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxAttempts: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy: "FULL";
}

export interface Catcher extends Omit<Transition, "End"> {
  readonly ErrorEquals: readonly string[];
}

export interface Choice extends Omit<Transition, "Next" | "End"> {
  readonly Type: "Choice";
  readonly Choices: readonly (Omit<Transition, "End"> & { readonly Condition: string })[];
  /** Without a default, the run fails if no condition is true. */
  readonly Default?: string;
}

export interface MapState extends Transition {
  readonly Type: "Map";
  readonly Items?: Json;
  /** Of a distributed Map: the source of its items. */
  readonly ItemReader?: Json;
  readonly ItemSelector: Json;
  readonly MaxConcurrency?: number;
  readonly ItemProcessor: {
    readonly ProcessorConfig:
      | { readonly Mode: "INLINE" }
      | { readonly Mode: "DISTRIBUTED"; readonly ExecutionType: "STANDARD" };
  } & Machine;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface Parallel extends Transition {
  readonly Type: "Parallel";
  readonly Branches: readonly Machine[];
  readonly Catch?: readonly Catcher[];
}

export interface Pass extends Transition {
  readonly Type: "Pass";
}

export interface Wait extends Transition {
  readonly Type: "Wait";
  /** A number, or JSONata for one. */
  readonly Seconds?: number | string;
  /** ISO 8601. */
  readonly Timestamp?: string;
}

/** Ends the whole execution. */
export interface Fail {
  readonly Type: "Fail";
  readonly Error: string;
  readonly Cause: string;
}
