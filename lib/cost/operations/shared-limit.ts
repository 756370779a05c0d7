import { type Operation, own } from "./operation.ts";

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
