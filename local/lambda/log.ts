import { hasCode } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { FunctionVersion } from "./functions.ts";
import type { FunctionFailure, LogLevel, Output } from "./runner.ts";

/** A line of a function's log, for the program that embeds the local cloud. */
export interface LogLine {
  functionName: string;
  requestId: string | undefined;
  /** Milliseconds since the epoch. */
  time: number;
  text: string;
}

const LEVELS: LogLevel[] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
/** How long lines of a running invocation are buffered. */
const GATHER = 250;
/** A longer line is cut, and the buffer is written before it exceeds the limit of one PutLogEvents. */
const LONGEST_LINE = 256 * 1024;
const LARGEST_BATCH = 768 * 1024;
const MOST_LINES = 5000;
/** LogResult holds the last 4 KB. */
const TAIL = 4096;

/**
 * The log stream of one environment. Lines are buffered and written to CloudWatch Logs at the end of an
 * invocation, or shortly after the first if it takes longer.
 */
export class EnvironmentLog {
  readonly group: string;
  readonly stream: string;
  private readonly kernel: Kernel;
  private readonly version: FunctionVersion;
  private readonly observe: (line: LogLine) => void;
  private requestId: string | undefined;
  private gathered: { timestamp: number; message: string }[] = [];
  private gatheredSize = 0;
  private tail: string[] = [];
  /** Resolves when the flushed lines are written. Never rejects. */
  written: Promise<void> = Promise.resolve();
  private refused = false;
  private cancelFlush: (() => void) | undefined;

  constructor(kernel: Kernel, version: FunctionVersion, observe: (line: LogLine) => void) {
    this.kernel = kernel;
    this.version = version;
    this.observe = observe;
    this.group = version.settings.LoggingConfig.LogGroup ?? `/aws/lambda/${version.name}`;
    const date = this.timestamp().slice(0, 10).replaceAll("-", "/");
    this.stream = `${date}/[${version.version}]${kernel.random.bytes(16).toString("hex")}`;
  }

  begin(requestId: string): void {
    this.requestId = requestId;
    this.tail = [];
    const { version } = this.version;
    if (this.structured) this.platform("platform.start", { requestId, version });
    else this.line(`START RequestId: ${requestId} Version: ${version}`);
  }

  /** Writes the final lines and returns the end of the invocation's log, in base64. Milliseconds. */
  end(status: "success" | "error" | "timeout", duration: number, init: number | undefined): string {
    const { MemorySize } = this.version.settings;
    const billed = Math.ceil(duration + (init ?? 0));
    if (this.structured) {
      const metrics = { durationMs: duration, billedDurationMs: billed, memorySizeMB: MemorySize };
      const initDurationMs = init === undefined ? {} : { initDurationMs: init };
      this.platform("platform.report", {
        requestId: this.requestId,
        metrics: { ...metrics, ...initDurationMs },
        status,
      });
    } else {
      this.line(`END RequestId: ${this.requestId}`);
      const cold = init === undefined ? "" : `\tInit Duration: ${init.toFixed(2)} ms`;
      const failed = status === "success" ? "" : `\tStatus: ${status}`;
      this.line(
        `REPORT RequestId: ${this.requestId}\tDuration: ${duration.toFixed(2)} ms\tBilled Duration: ${billed} ms\tMemory Size: ${MemorySize} MB${cold}${failed}`,
      );
    }
    this.requestId = undefined;
    this.flush();
    return Buffer.from(`${this.tail.join("\n")}\n`)
      .subarray(-TAIL)
      .toString("base64");
  }

  /** Receives the output of the code. */
  readonly write = ({ level, text }: Output): void => {
    if (level === undefined) {
      for (const line of text.split("\n")) if (line !== "") this.line(line);
    } else if (this.structured) {
      const least = this.version.settings.LoggingConfig.ApplicationLogLevel ?? "INFO";
      if (LEVELS.indexOf(level) < LEVELS.indexOf(least as LogLevel)) return;
      const { requestId } = this;
      const head = JSON.stringify({ timestamp: this.timestamp(), level, requestId });
      this.line(`${head.slice(0, -1)},${text}}`);
    } else {
      this.line(`${this.timestamp()}\t${this.requestId ?? "undefined"}\t${level}\t${text}`);
    }
  };

  /**
   * An error that ended an invocation, as Lambda logs it: from the runtime or, if the environment has ended,
   * from the platform.
   */
  failed(error: FunctionFailure, byPlatform: boolean): void {
    const { errorType, errorMessage, trace, ...rest } = error;
    if (this.structured) {
      this.write({ level: "ERROR", text: `"message":${JSON.stringify(error)}` });
    } else if (errorType === "Sandbox.Timedout") {
      const [, reason] = errorMessage.split(" Error: ");
      this.line(`${this.timestamp()} ${this.requestId} ${reason}`);
    } else if (byPlatform) {
      this.line(errorMessage);
      this.line(errorType);
    } else {
      const what = this.requestId === undefined ? "Uncaught Exception" : "Invoke Error";
      const text = JSON.stringify({ errorType, errorMessage, ...rest, stack: trace });
      this.write({ level: "ERROR", text: `${what} \t${text}` });
    }
  }

  flush(): void {
    this.cancelFlush?.();
    this.cancelFlush = undefined;
    const logEvents = this.gathered;
    if (logEvents.length === 0 || !this.kernel.service("logs")) return;
    this.gathered = [];
    this.gatheredSize = 0;
    const earlier = this.written;
    this.written = this.kernel.work
      .during(async () => {
        await earlier;
        await this.put(logEvents);
      })
      .catch((error: Error) => {
        // Reported once: every further line meets the same error.
        if (!this.refused)
          this.kernel.report(`lambda: the log of ${this.version.name} is lost: ${error.message}`);
        this.refused = true;
      });
  }

  private get structured(): boolean {
    return this.version.settings.LoggingConfig.LogFormat === "JSON";
  }

  private timestamp(): string {
    return new Date(this.kernel.clock.now()).toISOString();
  }

  private platform(type: string, record: object): void {
    this.line(JSON.stringify({ time: this.timestamp(), type, record }));
  }

  private line(text: string): void {
    const time = this.kernel.clock.now();
    this.observe({ functionName: this.version.name, requestId: this.requestId, time, text });
    const message = text.length > LONGEST_LINE ? text.slice(0, LONGEST_LINE) : text;
    this.tail.push(message.slice(-TAIL));
    if (this.tail.length > TAIL) this.tail.shift();
    const size = Buffer.byteLength(message) + 26;
    if (this.gatheredSize + size > LARGEST_BATCH || this.gathered.length >= MOST_LINES) this.flush();
    this.gathered.push({ timestamp: time, message });
    this.gatheredSize += size;
    this.cancelFlush ??= this.kernel.clock.at(time + GATHER, () => this.flush());
  }

  private async put(logEvents: { timestamp: number; message: string }[]): Promise<void> {
    const stream = { logGroupName: this.group, logStreamName: this.stream };
    const call = (operation: string, input: object) =>
      this.kernel.call("logs", operation, input, { caller: this.version.settings.Role });
    try {
      await call("PutLogEvents", { ...stream, logEvents });
    } catch (error) {
      if (!hasCode(error, "ResourceNotFoundException")) throw error;
      await this.createStream(call, stream);
      await call("PutLogEvents", { ...stream, logEvents });
    }
  }

  /** A role that may write to its own group may lack the permission to create one. */
  private async createStream(
    call: (operation: string, input: object) => Promise<any>,
    stream: object,
  ): Promise<void> {
    const create = () => ignoring("ResourceAlreadyExistsException", call("CreateLogStream", stream));
    try {
      await create();
    } catch (error) {
      if (!hasCode(error, "ResourceNotFoundException")) throw error;
      await ignoring("ResourceAlreadyExistsException", call("CreateLogGroup", { logGroupName: this.group }));
      await create();
    }
  }
}

async function ignoring(code: string, task: Promise<unknown>): Promise<void> {
  try {
    await task;
  } catch (error) {
    if (!hasCode(error, code)) throw error;
  }
}
