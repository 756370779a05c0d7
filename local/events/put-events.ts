import { DATA_LIMITS } from "../../aws-limits/data-limits.ts";
import { isObject } from "../kernel/is-object.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../kernel/service.ts";
import type { Buses } from "./buses.ts";
import { type BusEvent, eventTime } from "./event.ts";
import type { Intake } from "./intake.ts";
import { compilePattern, parseJson } from "./pattern/index.ts";
import {
  operation,
  requireList,
  requirePattern,
  requireShape,
  requireText,
  validation,
  withoutNull,
} from "./validation.ts";

const MOST_ENTRIES = 10;
/** Of all entries of a call together, in bytes. */
const MOST_BYTES = DATA_LIMITS.putEvents.most;
/** Deeper JSON is refused, as by the service's parser. */
const DEEPEST = 1000;

/** The members of an entry. */
const SHAPES = new Map([
  ["Time", "number"],
  ["Source", "string"],
  ["Resources", "list"],
  ["DetailType", "string"],
  ["Detail", "string"],
  ["EventBusName", "string"],
  ["TraceHeader", "string"],
]);
/** The types of a date. */
const LAST_SECOND = 8.64e12;
const MANDATORY = ["id", "account", "source", "time", "region", "detail-type"];

/** An invalid part of an entry, which does not affect the other entries. */
class EntryError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** PutEvents and TestEventPattern. */
export function eventOperations(kernel: Kernel, buses: Buses, intake: Intake): Record<string, Operation> {
  const toEvent = (entry: any, caller: string): BusEvent => {
    const source = required(entry, "Source");
    const detailType = required(entry, "DetailType");
    const detail = parseDetail(required(entry, "Detail"));
    if (source.startsWith("aws.") && !caller.endsWith(".amazonaws.com")) {
      throw new EntryError("NotAuthorizedForSourceException", "Not authorized for the source.");
    }
    return {
      version: "0",
      id: kernel.random.uuid(),
      "detail-type": detailType,
      source,
      account: kernel.account,
      time: eventTime(entry.Time === undefined ? kernel.clock.now() : entry.Time * 1000),
      region: kernel.region,
      resources: entry.Resources ?? [],
      detail,
    };
  };

  return {
    PutEvents: operation(["Entries"], ({ Entries }, { caller, traceHeader }) => {
      const entries = requireList(Entries, "entries", MOST_ENTRIES).map(readEntry);
      if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > MOST_BYTES) {
        throw validation("Total size of the entries in the request is over the limit.");
      }
      const results = intake.atomically(({ accept }) =>
        entries.map((entry) => {
          try {
            const event = toEvent(entry, caller);
            // An event for a bus that does not exist is accepted, and dropped.
            accept(buses.nameOf(entry.EventBusName), event, { trace: entry.TraceHeader ?? traceHeader });
            return { EventId: event.id };
          } catch (error) {
            if (!(error instanceof EntryError)) throw error;
            return { ErrorCode: error.code, ErrorMessage: error.message };
          }
        }),
      );
      return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };
    }),

    TestEventPattern: operation(["EventPattern", "Event"], (input) => {
      const event = parseObject(requireText(input.Event, "event"));
      if (!event || MANDATORY.some((member) => !Object.hasOwn(event, member))) {
        throw validation("Parameter Event is not valid.");
      }
      requirePattern(input.EventPattern);
      return { Result: compilePattern(input.EventPattern)(event) };
    }),
  };
}

/** The given members of the entry, each with its type checked. */
function readEntry(given: unknown, at: number): Record<string, any> {
  const place = `entries.${at + 1}.member`;
  requireShape(given, place, "structure");
  const entry = withoutNull(given as object);
  for (const [member, value] of Object.entries(entry)) {
    const shape = SHAPES.get(member);
    if (!shape) throw validation(`The local cloud does not serve the parameter Entries.${member}.`);
    requireShape(value, `${place}.${member}`, shape);
  }
  for (const resource of entry.Resources ?? []) requireShape(resource, `${place}.Resources.member`, "string");
  if (entry.Time !== undefined && !(Math.abs(entry.Time) <= LAST_SECOND)) {
    throw validation(`Parameter ${place}.Time is not valid.`);
  }
  return entry;
}

/** The service's count: 14 bytes for a time, the rest in UTF-8. */
function sizeOf({ Time, Source = "", DetailType = "", Detail = "", Resources = [] }: any): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}

function required(entry: any, member: string): string {
  if (!entry[member]) {
    throw new EntryError(
      "InvalidArgument",
      `Parameter ${member} is not valid. Reason: ${member} is a required argument.`,
    );
  }
  return entry[member];
}

function parseDetail(text: string): object {
  const detail = parseObject(text);
  if (!detail) throw new EntryError("MalformedDetail", "Detail is malformed.");
  return detail;
}

/** The JSON object that the text is, undefined for any other text. */
function parseObject(text: string): object | undefined {
  if (isTooDeep(text)) return undefined;
  try {
    const value = parseJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isTooDeep(text: string): boolean {
  if (text.length < 2 * DEEPEST) return false;
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === "[" || token === "{") depth++;
    else if (token === "]" || token === "}") depth--;
    if (depth > DEEPEST) return true;
  }
  return false;
}
