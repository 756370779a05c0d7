import { type Change, type Operation, own } from "./operation.ts";
import { LIST_INDEXES, runItem } from "./run-item.ts";
import type { Finding } from "./run-start.ts";
import { VIEWER_CHECK } from "./viewers.ts";

const QUEUED = {
  messages: { standard: 1 },
  functions: [own(480)],
  reads: 2 + VIEWER_CHECK,
  changes: [
    { item: { bytes: 650, carries: ["payload"] } },
    { item: { bytes: 330 } },
    // The receipt. It is written again when the run has begun.
    { item: { bytes: 440 } },
    { item: { bytes: 760, carries: ["payload"] }, transaction: true, kept: true },
    // It leaves the queue.
    { item: { bytes: 330 } },
  ],
} satisfies Operation;

/** The correlation of an event has its run. */
const LINKED: Change = { item: { bytes: 265 }, kept: true };

/**
 * Intake collects an event: it reads the settings, claims the event, puts it into its queue and reads that.
 */
export function collected({ byDelivery }: Finding): Operation {
  return byDelivery ? QUEUED : { ...QUEUED, changes: [...QUEUED.changes, LINKED] };
}

/** What a run has of an event of its batch, and its log. */
const EVENT_BYTES = 190;
const ID_BYTES = 38;

/**
 * Intake starts the run of a batch, after a reminder. The run has an entry for each event, and a payload of all
 * of them.
 */
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
        indexes: LIST_INDEXES + 1,
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
