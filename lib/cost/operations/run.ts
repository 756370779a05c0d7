import type { Assumptions } from "../assumptions.ts";
import { CLAIM, DONE_ENTRY, STARTED } from "./claim.ts";
import { type Change, type Operation, own, type Size } from "./operation.ts";

/** A run's item contains the payload of its event. */
export function runItem(bytes: number): Size {
  return { bytes: 700 + bytes, carries: ["payload"] };
}

/** A producer publishes an event. */
export const OUTSIDE_EVENT: Operation = { events: [{ bytes: 40, carries: ["payload"] }] };

/** The ledger receives an event, and checks whether its subscriber has written a receipt. */
export const WATCHED: Operation = {
  messages: { standard: 1 },
  functions: [own(368)],
  reads: 1,
  changes: [{ item: { bytes: 440 }, kept: true }],
};

/** The log entries of a run itself. */
const RUN_ENTRIES = 1800;

/** The relay checks for viewers every two seconds; without viewers, it writes only the log. */
export const LOOKED_ON = 0.5;

/** How people find a run, apart from the lists of all and by status. */
export interface Finding {
  /** By a key: it has an entry in the index of keys. An identity needs none. */
  byKey: boolean;
  /** By the delivery of its event, which names the run. Otherwise it has an item for its correlation. */
  byDelivery: boolean;
}

/** The indexes with an item for each run: the list of all, and that by status. */
const LISTS = 2;
const indexesOf = ({ byKey }: Finding) => LISTS + (byKey ? 1 : 0);
const correlatedIn = ({ byDelivery }: Finding) => (byDelivery ? {} : { correlated: true as const });

/** Intake admits an event: it claims the run and starts it. */
export function accepted(finding: Finding): Operation {
  return {
    ...ADMITTED,
    changes: [
      {
        item: runItem(0),
        indexes: indexesOf(finding),
        relayed: { entries: [{ bytes: 635 }], ...correlatedIn(finding) },
      },
      {
        item: runItem(130),
        relayed: { entries: [{ bytes: 535 }], events: [{ bytes: 455 }], measured: true },
      },
    ],
  };
}

const ADMITTED: Operation = { messages: { standard: 1 }, functions: [own(905)], reads: 1 + LOOKED_ON };

/**
 * Intake collects an event: it reads the settings, claims the event, puts it into its line and reads that.
 */
export function collected({ byDelivery }: Finding): Operation {
  return byDelivery ? INTO_LINE : { ...INTO_LINE, changes: [...INTO_LINE.changes, LINKED] };
}

/** The correlation of an event has its run. */
const LINKED: Change = { item: { bytes: 265 }, kept: true };

const INTO_LINE = {
  messages: { standard: 1 },
  functions: [own(480)],
  reads: 2 + LOOKED_ON,
  changes: [
    { item: { bytes: 650, carries: ["payload"] } },
    { item: { bytes: 330 } },
    // The receipt. It is written again when the run has begun.
    { item: { bytes: 440 } },
    { item: { bytes: 760, carries: ["payload"] }, transaction: true, kept: true },
    // It leaves the line.
    { item: { bytes: 330 } },
  ],
} satisfies Operation;

/** Intake starts the run of a batch, after a reminder. The run has an entry for each event, and a payload of all of them. */
export function formed(events: number): Operation {
  const listed = EVENT_BYTES * events;
  return {
    messages: { standard: 1 },
    functions: [own(905)],
    reads: events + 1,
    changes: [
      { item: { bytes: 180 }, kept: true },
      {
        item: runItem(listed),
        indexes: LISTS + 1,
        transaction: true,
        relayed: { entries: [{ bytes: 635 + ID_BYTES * events }], correlated: true },
      },
      {
        item: runItem(130 + listed),
        relayed: { entries: [{ bytes: 535 }], events: [{ bytes: 455 }], measured: true },
      },
    ],
  };
}

/** What a run has of an event of its batch, and its log. */
const EVENT_BYTES = 190;
const ID_BYTES = 38;

/** The same for a run that needs no execution, and has nothing to wait for: one write. */
export function acceptedAndStarted(finding: Finding): Operation {
  return {
    ...ADMITTED,
    changes: [
      {
        item: runItem(70),
        indexes: indexesOf(finding),
        relayed: {
          entries: [{ bytes: 635 }, { bytes: 535 }],
          events: [{ bytes: 455 }],
          ...correlatedIn(finding),
          measured: true,
        },
      },
    ],
  };
}

/** Intake takes a place in a shared limit, which is free. The lane has a line for each place. */
export const PLACE_TAKEN: Operation = {
  reads: 10,
  changes: [{ item: { bytes: 330 } }, { item: { bytes: 600 } }, { item: { bytes: 330 } }],
};

/** Intake frees the place, after the event of the run's end. */
export const PLACE_FREED: Operation = {
  messages: { standard: 1 },
  functions: [own(480)],
  reads: 6,
  changes: [{ item: { bytes: 500 } }],
};

/** The item at the end: with its output, and at another place in the index by status. */
const OVER: Change = {
  item: { ...runItem(240), carries: ["payload", "result"] },
  indexes: 2,
  kept: true,
  relayed: { entries: [{ bytes: 600, carries: ["result"] }], events: [{ bytes: 465 }], measured: true },
};

/**
 * Some minutes later, the reconciler looks whether the run is still open, and its items are compared with the log. That is
 * read with eventual consistency, at half the price.
 */
export function audited(claims: number, given: Assumptions): Operation {
  const { payloadBytes, resultBytes } = given;
  const run = runItem(200).bytes + payloadBytes;
  const work = claims * (CLAIM.bytes + resultBytes);
  const log = RUN_ENTRIES + claims * (STARTED.bytes + DONE_ENTRY.bytes + resultBytes);
  // Each is in a partition of its own, and so are approvals and deferred messages.
  const found = unitsRead(run) + unitsRead(work) + unitsRead(log);
  return { reads: unitsRead(run) + (found + NO_APPROVALS + NOTHING_DEFERRED) / 2 };
}

/** A run that is open after ten minutes gets its checks; when it ends, it is noted for the audit. */
export const LASTING: Operation = {
  // A first comparison finds it open: four queries, of which some find nothing.
  reads: 4,
  // Three for one that takes hours; one that ends before needs one.
  changes: [{ item: runItem(130), indexes: 2 }],
};

/** The execution has succeeded; `claims` are those of the run, which are read only if some may be unfinished. */
export function succeeded(claims: number, given: Assumptions, mayLeaveWork: boolean): Operation {
  return completionHandler(1 + (mayLeaveWork ? claimReads(claims, given) : 0), [OVER]);
}

/** The worker ends a run without an execution, and reads no claims. */
export const ENDED_BY_WORKER: Operation = { changes: [OVER] };

/** A run without an execution needs one: its intake starts it and records that. */
export const HANDED_OVER: Operation = {
  messages: { standard: 1 },
  functions: [own(905)],
  reads: 1,
  changes: [{ item: runItem(200), relayed: { entries: [{ bytes: 600 }] } }],
};

/** The execution has failed at a step: the run is closed, and unfinished effects are sealed. */
export function failed(claims: number, given: Assumptions): Operation {
  return completionHandler(3 + 2 * claimReads(claims, given), [...CLOSED, { ...OVER, indexes: 3 }]);
}

/** The same if effects are to be undone: once at the start of that, and once at its end. */
export function compensated(claims: number, given: Assumptions): Operation[] {
  const compensating: Change = { item: runItem(500), relayed: { entries: [{ bytes: 605 }] } };
  const over: Change = {
    item: runItem(540),
    indexes: 3,
    kept: true,
    relayed: { entries: [{ bytes: 800 }, { bytes: 800 }], events: [{ bytes: 705 }], measured: true },
  };
  const reads = 2 * claimReads(claims, given);
  return [completionHandler(3 + reads, [...CLOSED, compensating]), completionHandler(2 + reads, [over])];
}

/** The run is closed; the claim at which it failed is sealed. */
const CLOSED: Change[] = [
  { item: runItem(110), indexes: 1, relayed: { entries: [{ bytes: 545 }] } },
  { item: { bytes: 630 }, relayed: { entries: [{ bytes: 665 }] } },
];

function completionHandler(reads: number, changes: readonly Change[]): Operation {
  return { messages: { standard: 1 }, functions: [own(905)], reads, changes };
}

/** The claims of a run are in one partition, and its approvals in another. */
function claimReads(claims: number, { resultBytes }: Assumptions): number {
  return unitsRead(claims * (CLAIM.bytes + resultBytes)) + NO_APPROVALS;
}

/** A query without results is one unit. */
const NO_APPROVALS = 1;
const NOTHING_DEFERRED = 1;

function unitsRead(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / READ_UNIT));
}

const READ_UNIT = 4 * 1024;
