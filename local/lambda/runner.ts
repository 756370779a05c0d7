/** What is needed to run a function's code. */
export interface FunctionCode {
  /** For messages and thread names. */
  name: string;
  /** Folder of the unpacked bundle. */
  folder: string;
  /** "index.handler": module path without extension, and the export. */
  handler: string;
  /** All environment variables of the code. */
  variables: Record<string, string>;
  /** In MB. */
  memory: number;
  logFormat: "Text" | "JSON";
  /** The runtime still supports handlers that answer by a callback. */
  callbacks: boolean;
}

/** The context that an invocation passes to the code in addition to the event. */
export interface InvocationContext {
  requestId: string;
  /** Milliseconds until the invocation is ended. */
  timeout: number;
  functionName: string;
  functionVersion: string;
  invokedFunctionArn: string;
  logGroupName: string;
  logStreamName: string;
  /** As JSON text. */
  clientContext?: string | undefined;
  /** The X-Ray header, for _X_AMZN_TRACE_ID. */
  trace: string;
}

/** An error in the form in which Lambda returns it. */
export interface FunctionFailure {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

/**
 * How an invocation ended: with a response (JSON text), with an error that the code threw, or with the end of
 * the environment: an uncaught error, or an exit of the runtime, whose message is completed with the
 * request's id.
 */
export type Outcome =
  | { kind: "answer"; payload: string }
  | { kind: "failure"; error: FunctionFailure }
  | { kind: "lost"; error: FunctionFailure }
  | { kind: "exit"; errorType: "Runtime.ExitError" | "Runtime.OutOfMemory"; reason: string };

/**
 * Output of the code. A log entry has a level and becomes one line: text, or for the JSON log format the
 * members to add to the line's object (`"message":"…"`). Raw output has no level.
 */
export interface Output {
  level?: LogLevel;
  text: string;
}

export type LogLevel = "TRACE" | "DEBUG" | "INFO" | "WARN" | "ERROR" | "FATAL";

/** An environment with one function's code loaded, for one invocation at a time. */
export interface Environment {
  /** Resolves when the code is loaded: with nothing, or with the error of loading it. Never rejects. */
  readonly ready: Promise<Exclude<Outcome, { kind: "answer" }> | undefined>;
  /** Runs the handler once. `event` is JSON text. Never rejects. */
  invoke(event: string, context: InvocationContext): Promise<Outcome>;
  /** Ends the environment at once. A running invocation has no outcome. Resolves when nothing of it is left. */
  stop(): void | Promise<void>;
}

/** How code is executed: in threads of its own or, for a simulation, in the current one. */
export interface Runner {
  /** The approximate time of a start, in milliseconds. @default 0 */
  readonly startTime?: number;
  /** The number of processors that the environments share. @default as many as they can use */
  readonly processors?: number;
  /** Whether one more environment would find an idle processor. @default always */
  hasRoom?(): boolean;
  start(code: FunctionCode, write: (output: Output) => void): Environment;
}
