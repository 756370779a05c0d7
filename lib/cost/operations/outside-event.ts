import { type Operation, own } from "./operation.ts";

/** A producer publishes an event. */
export const OUTSIDE_EVENT: Operation = { events: [{ bytes: 40, carries: ["payload"] }] };

/** The ledger receives an event, and checks whether its subscriber has written a receipt. */
export const WATCHED: Operation = {
  messages: { standard: 1 },
  functions: [own(368)],
  reads: 1,
  changes: [{ item: { bytes: 440 }, kept: true }],
};
