import { type Change, type Operation, own } from "./operation.ts";
import { LOOKED_ON } from "./run.ts";

/** A person is asked. */
export const ASKED: Operation = {
  messages: { fair: 1 },
  functions: [own(843)],
  // The question; and the run with what is ordered for its workflow, before the question is written and after.
  reads: 5,
  changes: [question(2)],
};

/** The approval has timed out: the answer belongs to the state that asks for it then. */
export const SILENT: Operation = {
  ...ASKED,
  changes: [{ item: { bytes: 600, carries: ["payload"] }, indexes: 2 }],
};

/** The approval is escalated: it moves in its list. */
export const ESCALATED: Operation = { ...ASKED, reads: 5 + LOOKED_ON, changes: [question(3)] };

/** A person answers, and the answer is handed over. */
export const DECIDED: Operation = {
  messages: { standard: 1 },
  functions: [own(777)],
  reads: 1 + LOOKED_ON,
  changes: [{ ...question(2), kept: true }],
};

function question(indexes: number): Change {
  return {
    item: { bytes: 600, carries: ["payload"] },
    indexes,
    relayed: { entries: [{ bytes: 560, carries: ["payload"] }], events: [{ bytes: 560 }], marked: true },
  };
}
