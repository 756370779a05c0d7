import { availableParallelism } from "node:os";
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { privateFolder } from "../../kernel/private-folder.ts";
import type { Environment, FunctionCode, InvocationContext, Outcome, Output, Runner } from "../runner.ts";
import { startupOf } from "../startup-variables.ts";
import { Processors } from "./processors.ts";

/**
 * In MB. With less, a thread that has many runs in flight collects garbage for a quarter of its time. With
 * much more, one at its limit could end the whole process: it has a few MB left in which to end, and a
 * collection may move what is in the young generation.
 */
const YOUNG_GENERATION = 48;

/**
 * In percent of what is in use. When a heap has grown by this much, V8 collects all of it, and not only the young generation.
 * Without the setting, that is 40 % of a heap that may have half a gigabyte: a tenth of a busy thread's time.
 */
const HEAP_GROWTH = 400;

/** Milliseconds to start a thread and load a bundle with SDK clients into it. */
const START_TIME = 100;

/**
 * Milliseconds that a thread has for its end. One that waits for a child process (`execSync`) cannot end
 * before the child.
 */
const ENDING = 2000;

const BOOTSTRAP = new URL("./bootstrap.mjs", import.meta.url);

type Message =
  | { kind: "ready" }
  | ({ kind: "output" } & Output)
  | Extract<Outcome, { kind: "answer" | "failure" | "lost" }>;

/** The local cloud's endpoint, as threads of its own process reach it. */
export interface NearEndpoint {
  /** "http://127.0.0.1:4566" */
  origin: string;
  /** Addresses of earlier starts, which stored URLs may contain. */
  former: readonly string[];
  /** Name of a host for which "https" also means the endpoint: only this process knows it. */
  alias: string;
  /** Answers the requests that come over this port. */
  connect(port: MessagePort): void;
}

/**
 * Runs each environment in a thread of its own, on the bundle as it was synthesized. Requests of the code to
 * the endpoint with `node:http` use the direct port, if there is one.
 */
export function threadRunner(endpoint?: NearEndpoint): Runner {
  const processors = new Processors();
  // Of all threads of the process, since a worker's limits cannot set it.
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH}`);
  return {
    startTime: START_TIME,
    processors: availableParallelism(),
    hasRoom: () => processors.areIdle,
    start: (code, write) => new ThreadEnvironment(code, write, endpoint),
  };
}

class ThreadEnvironment implements Environment {
  readonly ready: Environment["ready"];
  private readonly worker: Worker;
  private readonly write: (output: Output) => void;
  /** Receives the outcome of the thread's current task: loading the code, or an invocation. */
  private settle: (outcome: Outcome | undefined) => void = () => {};
  private ended: Exclude<Outcome, { kind: "answer" }> | undefined;
  private stopped = false;

  constructor(code: FunctionCode, write: (output: Output) => void, endpoint: NearEndpoint | undefined) {
    this.write = write;
    this.ready = this.next() as Environment["ready"];
    this.worker = startWorker(code, write, endpoint);
    this.worker.on("message", (message: Message) => this.take(message));
    this.worker.on("error", (error) => this.end(failureOf(error)));
    this.worker.on("exit", (status) =>
      this.end({ kind: "exit", errorType: "Runtime.ExitError", reason: reasonOf(status) }),
    );
    for (const stream of [this.worker.stdout, this.worker.stderr]) {
      stream.on("data", (chunk: Buffer) => write({ text: chunk.toString() }));
    }
  }

  invoke(event: string, context: InvocationContext): Promise<Outcome> {
    if (this.ended) return Promise.resolve(this.ended);
    const outcome = this.next() as Promise<Outcome>;
    this.worker.ref();
    this.worker.postMessage({ event, context });
    return outcome;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    const ended = new AbortController();
    const terminated = this.worker.terminate().then(() => ended.abort());
    await Promise.race([terminated, setTimeout(ENDING, undefined, { signal: ended.signal }).catch(() => {})]);
  }

  private next(): Promise<Outcome | undefined> {
    return new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  private take(message: Message): void {
    if (this.stopped) return;
    switch (message.kind) {
      case "output":
        this.write(message);
        break;
      case "ready":
        this.worker.unref();
        this.settle(undefined);
        break;
      case "lost":
        this.end(message);
        break;
      default:
        this.worker.unref();
        this.settle(message);
    }
  }

  /** The first reason counts: an exit follows each of the others. */
  private end(outcome: Exclude<Outcome, { kind: "answer" }>): void {
    if (this.stopped || this.ended) return;
    this.ended = outcome;
    this.settle(outcome);
  }
}

function startWorker(
  code: FunctionCode,
  write: (output: Output) => void,
  endpoint: NearEndpoint | undefined,
): Worker {
  const { folder, handler, logFormat, callbacks, memory } = code;
  const { variables, options, ignored } = startupOf(code.variables);
  for (const one of ignored) {
    write({ text: `${one} is ignored locally: code runs in a thread, and only as its bundle has it.\n` });
  }
  const near = endpoint && connect(endpoint);
  return new Worker(BOOTSTRAP, {
    name: code.name,
    env: variables,
    argv: [],
    execArgv: options,
    stdout: true,
    stderr: true,
    workerData: { folder, handler, logFormat, callbacks, compiled: compiled(), endpoint: near },
    transferList: near ? [near.port] : [],
    resourceLimits: { maxOldGenerationSizeMb: memory, maxYoungGenerationSizeMb: YOUNG_GENERATION },
  });
}

/** Where Node.js stores compiled code: it runs what it finds there. */
let compiledFolder: string | undefined;
function compiled(): string {
  compiledFolder ??= privateFolder("millrace-compiled");
  return compiledFolder;
}

function connect({ connect, ...near }: NearEndpoint): Omit<NearEndpoint, "connect"> & { port: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  connect(port1);
  return { ...near, port: port2 };
}

function reasonOf(status: number): string {
  return status === 0
    ? "Runtime exited without providing a reason"
    : `Runtime exited with error: exit status ${status}`;
}

function failureOf(error: Error): Exclude<Outcome, { kind: "answer" }> {
  if ((error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY") {
    return {
      kind: "exit",
      errorType: "Runtime.OutOfMemory",
      reason: "Runtime exited with error: signal: killed",
    };
  }
  const { name, message, stack = "" } = error;
  return { kind: "lost", error: { errorType: name, errorMessage: message, trace: stack.split("\n") } };
}
