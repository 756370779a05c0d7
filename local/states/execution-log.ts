import { createHash } from "node:crypto";
import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { putLogEvents } from "../kernel/put-log-events.ts";
import { type HistoryEvent, withoutData } from "./history.ts";
import type { Registry } from "./registry.ts";
import type { ExecutionRow } from "./storage/executions.ts";

export interface LoggingConfiguration {
  level?: "ALL" | "ERROR" | "FATAL" | "OFF";
  includeExecutionData?: boolean;
  destinations?: { cloudWatchLogsLogGroup?: { logGroupArn?: string } }[];
}

interface Line {
  timestamp: number;
  message: string;
}

interface Stream {
  logGroupName: string;
  logStreamName: string;
}

/** The maximum payload of one event in CloudWatch, in bytes of UTF-8. */
const LONGEST_PAYLOAD = 248 * 1024;
/** Lines of one PutLogEvents: what it takes at most, each with its overhead. */
const LARGEST_PUT = { lines: 10_000, bytes: 1024 * 1024, overhead: 26 };

/** The service that brings logs of other services to their groups. */
const DELIVERY = "delivery.logs.amazonaws.com";

/**
 * Writes what happens in executions to the log groups of their state machines. As with the service, that never holds
 * an execution up, and a line that cannot be written is lost to the log alone.
 */
export class ExecutionLog {
  private readonly kernel: Kernel;
  private readonly registry: Registry;
  private readonly waiting = new Map<string, { stream: Stream; lines: Line[] }>();
  private writing = false;

  constructor(kernel: Kernel, registry: Registry) {
    this.kernel = kernel;
    this.registry = registry;
  }

  /** Writes the events that the configuration of the execution's state machine wants, soon. */
  write(execution: ExecutionRow, events: HistoryEvent[]): void {
    const machine = this.registry.machine(execution.machine);
    if (!machine || events.length === 0) return;
    const configuration: LoggingConfiguration = JSON.parse(machine.logging);
    const logGroupName = groupOf(configuration);
    if (logGroupName === undefined) return;
    const lines = events
      .filter(({ type }) => isLogged(configuration.level, type))
      .map((event) => line(execution, event, configuration.includeExecutionData === true));
    if (lines.length === 0) return;
    const stream = { logGroupName, logStreamName: streamName(execution, machine.name) };
    const key = JSON.stringify(stream);
    const batch = this.waiting.get(key);
    if (batch) batch.lines.push(...lines);
    else this.waiting.set(key, { stream, lines });
    if (!this.writing) this.kernel.work.start("Logs of executions", () => this.empty());
  }

  private async empty(): Promise<void> {
    this.writing = true;
    try {
      // Many executions do something in one turn of the event loop: their lines go together.
      await new Promise(setImmediate);
      // What is added meanwhile is met by the same loop.
      for (const [key, { stream, lines }] of this.waiting) {
        this.waiting.delete(key);
        await this.put(stream, lines);
      }
    } finally {
      this.writing = false;
    }
  }

  private async put(stream: Stream, lines: Line[]): Promise<void> {
    const call = (operation: string, input: object) =>
      this.kernel.call("logs", operation, input, { caller: DELIVERY });
    for (const logEvents of puts(lines.sort((a, b) => a.timestamp - b.timestamp))) {
      try {
        await putLogEvents(call, stream, logEvents);
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        const lost = `${logEvents.length} lines for ${stream.logGroupName} are lost: ${error.message}`;
        this.kernel.report(`states: ${lost}`);
      }
    }
  }
}

/** The log group that a configuration names: "/aws/vendedlogs/states/orders". */
export function groupOf({ level = "OFF", destinations }: LoggingConfiguration): string | undefined {
  if (level === "OFF") return undefined;
  const arn = destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
  return arn === undefined ? undefined : /:log-group:([^:]+)(:\*)?$/.exec(arn)?.[1];
}

/** Whether an event of that type is logged at that level. */
function isLogged(level: LoggingConfiguration["level"], type: string): boolean {
  const fatal = /^Execution(Aborted|Failed|TimedOut)$/.test(type);
  if (level === "FATAL") return fatal;
  if (level === "ERROR") return fatal || /(Aborted|Failed|TimedOut)$|^FailStateEntered$/.test(type);
  return level === "ALL";
}

function line({ arn, redrives }: ExecutionRow, event: HistoryEvent, data: boolean): Line {
  const { id, type, details, previous, time } = event;
  const message = {
    id: String(id),
    type,
    details: data ? shortened(details ?? {}) : withoutData(details ?? {}),
    redrive_count: String(redrives),
    previous_event_id: String(previous),
    event_timestamp: String(time),
    execution_arn: arn,
  };
  return { timestamp: time, message: JSON.stringify(message) };
}

/** The details with payloads no longer than a log event may be. */
function shortened(details: Record<string, unknown>): Record<string, unknown> {
  const result = { ...details };
  for (const member of ["input", "output"]) {
    const value = details[member];
    if (typeof value !== "string" || Buffer.byteLength(value) <= LONGEST_PAYLOAD) continue;
    result[member] = Buffer.from(value).subarray(0, LONGEST_PAYLOAD).toString();
    result[`${member}Details`] = { truncated: true };
  }
  return result;
}

/** Executions that start in the same minute share a stream: "states/orders/2026-11-21-07-00/1a2b3c4d". */
function streamName({ machine, started }: ExecutionRow, name: string): string {
  const minute = new Date(started).toISOString().slice(0, 16).replace(/[T:]/g, "-");
  const hash = createHash("sha256").update(`${machine} ${minute}`).digest("hex").slice(0, 8);
  return `states/${name}/${minute}/${hash}`;
}

function* puts(lines: Line[]): Generator<Line[]> {
  let put: Line[] = [];
  let bytes = 0;
  for (const each of lines) {
    const size = Buffer.byteLength(each.message) + LARGEST_PUT.overhead;
    if (put.length > 0 && (put.length === LARGEST_PUT.lines || bytes + size > LARGEST_PUT.bytes)) {
      yield put;
      put = [];
      bytes = 0;
    }
    put.push(each);
    bytes += size;
  }
  yield put;
}
