import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../kernel/service.ts";
import { embeddedMetrics } from "./embedded-metrics.ts";
import { invalidParameter } from "./errors.ts";
import { compileFilterPattern } from "./filter-pattern.ts";
import type { EventQuery, LogEvent, LogStore, StoredEvent } from "./log-store.ts";
import { groupName, streamName } from "./names.ts";

const SERVICE = "logs.amazonaws.com";
const MOST_EVENTS = 10_000;
const LARGEST_BATCH = 1024 * 1024;
/** FilterLogEvents reads this number of events in one call; its token continues. */
const SEARCHED_AT_ONCE = 50_000;
const DAY = 24 * 3600 * 1000;
const OLDEST = 14 * DAY;
const NEWEST = 2 * 3600 * 1000;

/** Writing and reading log events. */
export function eventOperations(kernel: Kernel, logs: LogStore): Record<string, Operation> {
  return {
    PutLogEvents(input) {
      const group = logs.writtenGroup(groupName(input));
      const stream = streamName(input.logStreamName);
      logs.requireStream(group, stream);
      const { accepted, rejectedLogEventsInfo } = sift(checked(input.logEvents), kernel.clock.now());
      if (accepted.length > 0) logs.append(group, stream, accepted);
      putMetrics(kernel, accepted);
      return {
        nextSequenceToken: String(kernel.clock.now()).padStart(56, "0"),
        ...(rejectedLogEventsInfo && { rejectedLogEventsInfo }),
      };
    },

    GetLogEvents(input) {
      const group = logs.group(groupName(input));
      const stream = streamName(input.logStreamName);
      logs.requireStream(group, stream);
      const {
        startTime: from,
        endTime: until,
        limit = MOST_EVENTS,
        startFromHead = false,
        nextToken,
      } = input;
      const [direction, position, index] = readToken(nextToken) ?? [startFromHead ? "f" : "b", undefined, 0];
      const backward = direction === "b";
      const after: [number, number] =
        position === undefined ? (backward ? [Number.MAX_SAFE_INTEGER, 0] : [0, -1]) : [position, index];
      const found: StoredEvent[] = [];
      for (const event of logs.events(group, { stream, from, until, after }, backward)) {
        found.push(event);
        if (found.length >= limit) break;
      }
      if (backward) found.reverse();
      const token = (way: string, event: StoredEvent | undefined) =>
        event ? `${way}/${event.position}/${event.index}` : `${way}/${after[0]}/${after[1]}`;
      return {
        events: found.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
        nextForwardToken: token("f", found.at(-1)),
        nextBackwardToken: token("b", found[0]),
      };
    },

    FilterLogEvents(input) {
      const group = logs.group(groupName(input));
      const {
        startTime,
        endTime,
        limit = MOST_EVENTS,
        filterPattern = "",
        logStreamNamePrefix,
        nextToken,
      } = input;
      const matches = compileFilterPattern(filterPattern);
      const names: string[] | undefined = input.logStreamNames;
      const wanted = ({ stream }: StoredEvent) =>
        (names === undefined || names.includes(stream)) &&
        (logStreamNamePrefix === undefined || stream.startsWith(logStreamNamePrefix));
      const token = readToken(nextToken);
      const query: EventQuery = {
        stream: names?.length === 1 ? names[0] : undefined,
        from: startTime,
        until: endTime === undefined ? undefined : endTime + 1,
        ...(token && { after: [token[1], token[2]] as [number, number] }),
      };
      const found: StoredEvent[] = [];
      let searched = 0;
      let last: StoredEvent | undefined;
      for (const event of logs.events(group, query)) {
        if (found.length >= limit || searched >= SEARCHED_AT_ONCE) {
          return { ...filtered(found), nextToken: `f/${last!.position}/${last!.index}` };
        }
        searched++;
        last = event;
        if (wanted(event) && matches(event.message)) found.push(event);
      }
      return filtered(found);
    },
  };
}

/** Sends the metrics in log events to CloudWatch. */
function putMetrics(kernel: Kernel, events: LogEvent[]): void {
  const calls = embeddedMetrics(events.map(({ message }) => message));
  if (calls.length === 0 || !kernel.service("monitoring")) return;
  kernel.work.start("Embedded metrics", async () => {
    for (const metrics of calls)
      await kernel.call("monitoring", "PutMetricData", metrics, { caller: SERVICE });
  });
}

function filtered(found: StoredEvent[]): { events: object[]; searchedLogStreams: object[] } {
  const events = found
    .sort((a, b) => a.timestamp - b.timestamp || a.position - b.position || a.index - b.index)
    .map(({ stream, timestamp, message, ingestionTime, position, index }) => ({
      logStreamName: stream,
      timestamp,
      message,
      ingestionTime,
      eventId: `${String(position).padStart(40, "0")}${String(index).padStart(16, "0")}`,
    }));
  return { events, searchedLogStreams: [] };
}

function readToken(token: string | undefined): ["f" | "b", number, number] | undefined {
  if (token === undefined) return undefined;
  const found = /^([fb])\/(\d+)\/(-?\d+)$/.exec(token);
  if (!found) throw invalidParameter("The specified nextToken is invalid.");
  return [found[1] as "f" | "b", Number(found[2]), Number(found[3])];
}

function checked(events: unknown): LogEvent[] {
  if (!Array.isArray(events) || events.length === 0 || events.length > MOST_EVENTS) {
    throw invalidParameter(`logEvents must hold 1 to ${MOST_EVENTS} events.`);
  }
  let size = 0;
  for (const [position, event] of events.entries()) {
    if (typeof event?.message !== "string" || event.message === "" || !Number.isInteger(event.timestamp)) {
      throw invalidParameter(`logEvents.${position + 1}.member needs a timestamp and a message.`);
    }
    if (position > 0 && event.timestamp < events[position - 1].timestamp) {
      throw invalidParameter("Log events in a single PutLogEvents request must be in chronological order.");
    }
    size += Buffer.byteLength(event.message) + 26;
  }
  if (size > LARGEST_BATCH)
    throw invalidParameter(`Upload too large: ${size} bytes exceeds limit of ${LARGEST_BATCH}`);
  return events;
}

/** Events that are too old or too far ahead are dropped, and the response reports it. */
function sift(events: LogEvent[], now: number) {
  const start = events.findIndex(({ timestamp }) => timestamp >= now - OLDEST);
  const ahead = events.findIndex(({ timestamp }) => timestamp > now + NEWEST);
  const from = start < 0 ? events.length : start;
  const until = ahead < 0 ? events.length : ahead;
  const info = {
    ...(from > 0 && { tooOldLogEventEndIndex: from }),
    ...(until < events.length && { tooNewLogEventStartIndex: until }),
  };
  return {
    accepted: events.slice(from, until),
    rejectedLogEventsInfo: Object.keys(info).length > 0 ? info : undefined,
  };
}
