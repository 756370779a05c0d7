import { type Change, type Operation, own } from "./operation.ts";
import { LOOKED_ON } from "./run.ts";

/** A person is asked. */
export const ASKED: Operation = {
  messages: { fair: 1 },
  functions: [own(843)],
  reads: 1,
  changes: [question(2)],
};

/** The approval is escalated: it moves in its list. */
export const ESCALATED: Operation = { ...ASKED, reads: 1 + LOOKED_ON, changes: [question(3)] };

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
    told: { entries: [{ bytes: 560, carries: ["payload"] }], events: [{ bytes: 560 }], marked: true },
  };
}
