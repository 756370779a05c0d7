import { type Change, type Operation, own } from "./operation.ts";
import { VIEWER_CHECK } from "./viewers.ts";

/** An approval is opened. */
export const ASKED: Operation = {
  messages: { fair: 1 },
  functions: [own(843)],
  // The approval; and the run with the state of its workflow, before the approval is written and after.
  reads: 5,
  changes: [question(2)],
};

/** The approval has timed out: its answer belongs to the state that asks for it then. */
export const SILENT: Operation = {
  ...ASKED,
  changes: [{ item: { bytes: 600, carries: ["payload"] }, indexes: 2 }],
};

/** The approval is escalated: it moves in its list. */
export const ESCALATED: Operation = { ...ASKED, reads: 5 + VIEWER_CHECK, changes: [question(3)] };

/** One of several people decides, and others have to. */
export const VOTED: Operation = { reads: 1, changes: [question(2)] };

/** A person decides, and the decision is sent to the state. */
export const DECIDED: Operation = {
  messages: { standard: 1 },
  functions: [own(777)],
  reads: 1 + VIEWER_CHECK,
  changes: [{ ...question(2), kept: true }],
};

function question(indexes: number): Change {
  return {
    item: { bytes: 600, carries: ["payload"] },
    indexes,
    relayed: { entries: [{ bytes: 560, carries: ["payload"] }], events: [{ bytes: 560 }], marked: true },
  };
}
