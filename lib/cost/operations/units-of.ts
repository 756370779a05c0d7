import type { Assumptions } from "../assumptions.ts";
import { sum, type Units, units } from "../units.ts";
import {
  type Change,
  type FunctionRun,
  type Operation,
  RELAY,
  type Relayed,
  type Size,
} from "./operation.ts";

const KILOBYTE = 1024;
const CHUNK = 64 * KILOBYTE;
const MILLISECONDS = 1000;
/** A message is sent, received and deleted. */
const REQUESTS = 3;
/** In addition to the payload: token, run, paths. */
const MESSAGE_BYTES = 1500;
/** The units of operations. */
export function unitsOf(operations: readonly Operation[], given: Assumptions): Units {
  return sum(operations.map((operation) => unitsOfOperation(operation, given)));
}

function unitsOfOperation(operation: Operation, given: Assumptions): Units {
  const {
    messages = {},
    hides = {},
    functions = [],
    reads = 0,
    changes = [],
    events = [],
    puts = 0,
    gets = 0,
  } = operation;
  const { standard = 0, fair = 0 } = messages;
  // The body is part of the send and the receive.
  const requests = 1 + (REQUESTS - 1) * chunks(MESSAGE_BYTES + given.payloadBytes);
  return sum([
    units({ sqsRequests: standard * requests, sqsFairRequests: fair * requests }),
    units({ sqsRequests: hides.standard ?? 0, sqsFairRequests: hides.fair ?? 0 }),
    units({ dynamodbReadUnits: reads, s3Writes: puts, s3Reads: gets }),
    ...functions.map((run) => invocation(run, given)),
    ...changes.map((change) => unitsOfChange(change, given)),
    published(events, given),
  ]);
}

function unitsOfChange(
  { item, indexes = 0, shares, transaction, kept, relayed }: Change,
  given: Assumptions,
): Units {
  const size = shares ? bytesOf(item, given) / KILOBYTE : kilobytes(item, given);
  const written = size * (transaction ? 2 : 1) + indexes;
  const write = units({
    dynamodbWriteUnits: written,
    keptBytes: kept ? bytesOf(kept === true ? item : kept, given) : 0,
  });
  if (!relayed) return write;
  const { events = [], measured, marked, later } = relayed;
  const run = measured ? RELAY.measuring : RELAY.publishing;
  const relay = later
    ? units({ functionLogBytes: run.logBytes - RELAY.publishing.logBytes })
    : invocation(run, given, 1 / given.changesAtOnce);
  const log = logOf(relayed, given);
  const link = relayed.correlated ? CORRELATED_BYTES : 0;
  // The item, and its entry in the index of unpublished changes.
  const unmark = marked ? kilobytes(item, given) + 1 : 0;
  return sum([
    write,
    relay,
    units({
      dynamodbWriteUnits: log.writes + unmark + (link > 0 ? 1 : 0),
      keptBytes: log.bytes + link,
    }),
    published(events, given),
  ]);
}

const CORRELATED_BYTES = 265;
/** The fixed size of an item with several entries, and of an entry in it. */
const PACK_BYTES = 350;
const PACKED_SHARE = 0.06;

/** What a change adds to the log: an item of its entries, or a share of one. */
function logOf({ entries, follows, later }: Relayed, given: Assumptions): { writes: number; bytes: number } {
  const bytes = entries.reduce((total, entry) => total + bytesOf(entry, given), 0);
  if (later) return { writes: (PACKED_SHARE * bytes) / KILOBYTE, bytes: PACKED_SHARE * bytes };
  if (follows && given.changesAtOnce > 1) {
    const shared = PACK_BYTES / given.changesAtOnce + PACKED_SHARE * bytes;
    return { writes: Math.max(shared / KILOBYTE, 1 / given.changesAtOnce), bytes: shared };
  }
  const stored = entries.length > 1 ? PACK_BYTES + PACKED_SHARE * bytes : bytes;
  return { writes: Math.ceil(stored / KILOBYTE), bytes: stored };
}

function published(events: readonly Size[], given: Assumptions): Units {
  const sizes = events.map((event) => bytesOf(event, given));
  return units({
    customEvents: sizes.reduce((total, bytes) => total + chunks(bytes), 0),
    archivedBytes: sizes.reduce((total, bytes) => total + bytes, 0),
  });
}

/** One invocation, or a share of one. */
function invocation(
  { memory, millis, logBytes, continues }: FunctionRun,
  { overheadMillis }: Assumptions,
  share = 1,
): Units {
  const seconds = (millis + overheadMillis) / MILLISECONDS;
  return units({
    lambdaRequests: continues ? 0 : share,
    lambdaGigabyteSeconds: share * seconds * (memory / KILOBYTE),
    functionLogBytes: share * logBytes,
  });
}

function kilobytes(size: Size, given: Assumptions): number {
  return Math.ceil(bytesOf(size, given) / KILOBYTE);
}

function chunks(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / CHUNK));
}

function bytesOf({ bytes, carries = [] }: Size, { payloadBytes, resultBytes }: Assumptions): number {
  return carries.reduce((total, part) => total + (part === "payload" ? payloadBytes : resultBytes), bytes);
}
