import type { Assumptions } from "../assumptions.ts";
import { sum, type Units, units } from "../units.ts";

// The other files of this folder describe what the runtime does, one concept each. test/cost/ compares them
// with counted calls: a change of what is written for a step, a wait or a run is one line here. The sizes are
// those of items with names of usual length.

/** An operation of a run, as AWS bills it: messages, function time, reads and writes. */
export interface Operation {
  /** Messages: each is sent, received and deleted. */
  readonly messages?: { readonly standard?: number; readonly fair?: number };
  /** Changes of a message's visibility. */
  readonly hides?: { readonly standard?: number; readonly fair?: number };
  readonly functions?: readonly FunctionRun[];
  /** Read units of the table. */
  readonly reads?: number;
  readonly changes?: readonly Change[];
  /** Events that are published on the bus, except by the relay. */
  readonly events?: readonly Size[];
  readonly puts?: number;
  readonly gets?: number;
}

export interface FunctionRun {
  /** In MB. */
  readonly memory: number;
  /** Milliseconds of its code, in addition to the overhead of each function. */
  readonly millis: number;
  readonly logBytes: number;
  /** It continues an invocation that is counted elsewhere. */
  readonly continues?: true;
}

/** A size that does not depend on the workflow, and the part that does. */
export interface Size {
  readonly bytes: number;
  readonly carries?: readonly Carried[];
}

type Carried = "payload" | "result";

/** A write of an item, and what the relay does about it. */
export interface Change {
  /** The item after the change. */
  readonly item: Size;
  /** Index entries that are written with it. */
  readonly indexes?: number;
  /** Written in a transaction, at twice the price. */
  readonly transaction?: true;
  /** The item is not changed again until it expires; or this part of it is new, and is not changed again. */
  readonly kept?: true | Size;
  /** Undefined if the relay is not invoked. */
  readonly relayed?: Relayed;
}

export interface Relayed {
  /** Entries that are added to the log, in one item. */
  readonly entries: readonly Size[];
  /** The link from a run or reaction run to its outside event: an item of its own. */
  readonly correlated?: true;
  /**
   * Other changes of the run come immediately before it: if the relay receives them together, all their
   * entries are in one item.
   */
  readonly follows?: true;
  /** Events on the bus. */
  readonly events?: readonly Size[];
  /** It is counted in a metric. */
  readonly measured?: true;
  /** The mark of an unpublished event is removed. */
  readonly marked?: true;
}

const KILOBYTE = 1024;
const CHUNK = 64 * KILOBYTE;
const MILLISECONDS = 1000;
/** A message is sent, received and deleted. */
const REQUESTS = 3;
/** In addition to the payload: token, run, paths. */
const MESSAGE_BYTES = 1500;
/** The relay in general, and for changes that are counted in metrics: the ends of steps and runs. */
export const RELAY = { publishing: own(349), measuring: own(590) };

/** A function of Millrace's. All have the same memory. */
export function own(logBytes: number): FunctionRun {
  return { memory: 512, millis: 0, logBytes };
}

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

function unitsOfChange({ item, indexes = 0, transaction, kept, relayed }: Change, given: Assumptions): Units {
  const written = (kilobytes(item, given) + indexes) * (transaction ? 2 : 1);
  const write = units({
    dynamodbWriteUnits: written,
    keptBytes: kept ? bytesOf(kept === true ? item : kept, given) : 0,
  });
  if (!relayed) return write;
  const { events = [], measured, marked } = relayed;
  const share = 1 / given.changesAtOnce;
  const relay = invocation(measured ? RELAY.measuring : RELAY.publishing, given, share);
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
const PACK_BYTES = 400;
const PACKED_SHARE = 0.12;

/** What a change adds to the log: an item of its entries, or a share of one. */
function logOf({ entries, follows }: Relayed, given: Assumptions): { writes: number; bytes: number } {
  const bytes = entries.reduce((total, entry) => total + bytesOf(entry, given), 0);
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
