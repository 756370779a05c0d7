import { type Operation, own, RELAY, type Size } from "./operation.ts";
import { VIEWER_CHECK } from "./viewers.ts";

const WAITER = 570;

/** A state begins to wait: for an event, or for another branch. */
export const WAITING: Operation = {
  messages: { fair: 1 },
  functions: [own(368)],
  reads: 5,
  changes: [{ item: { bytes: WAITER }, relayed: { entries: [{ bytes: 600 }] } }],
};

/** A run registers the event that would cancel it. */
export const CANCELLABLE: Operation = {
  ...WAITING,
  reads: 3,
  changes: [{ item: { bytes: 525 }, kept: true, relayed: { entries: [] } }],
};

/** Later, an event arrives for which a run waits. Its delivery gets a receipt like that of any event. */
export const EVENT_MET: Operation = { ...met("payload"), reads: 2 + VIEWER_CHECK };

/** A long list is split, or a part of its results stored, or all joined. */
export const LIST_STORED: Operation = { messages: { fair: 1 }, functions: [own(368)], puts: 1, gets: 1 };

/** Another branch signals that it has reached a node. */
export const SIGNALLED = met("result");

/** The winner of a race is recorded, and what the other ways have open is withdrawn. */
export const RACE_DECIDED: Operation = {
  messages: { fair: 1 },
  functions: [own(400), RELAY.publishing],
  reads: 4,
  changes: [
    {
      item: { bytes: 420 },
      indexes: 1,
      relayed: { entries: [{ bytes: 480 }], events: [{ bytes: 520 }], marked: true },
    },
  ],
};

/**
 * Another run is requested, and its end awaited. Removing the mark invokes the relay without effect.
 */
export const CALLED: Operation = {
  messages: { fair: 1 },
  functions: [own(368), RELAY.publishing],
  reads: 6,
  changes: [
    {
      item: { bytes: 880, carries: ["payload"] },
      indexes: 1,
      relayed: {
        entries: [{ bytes: 790, carries: ["payload"] }, { bytes: 640 }],
        events: [{ bytes: 640, carries: ["payload"] }],
        marked: true,
      },
    },
  ],
};

/** The other run has ended; its end is read from its item. */
export const RETURNED: Operation = { ...met("result"), reads: 4 };

/** The awaited event arrives, is matched with the waiter, and answers it. */
function met(carried: "payload" | "result"): Operation {
  const waiter: Size = { bytes: WAITER + 40 };
  return {
    messages: { fair: 1 },
    functions: [own(955)],
    reads: 2,
    changes: [
      { item: { bytes: 420, carries: [carried] }, kept: true },
      { item: waiter, transaction: true },
      { item: { bytes: 280 }, transaction: true, kept: true },
      { item: waiter, kept: true, relayed: { entries: [{ bytes: 650 }] } },
    ],
  };
}
