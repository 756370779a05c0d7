import type { Bindings } from "./nodes/kind.ts";

/** Names instead of addresses: what is compiled with them is the same wherever it is deployed. */
export const SYMBOLIC: Bindings = {
  queueUrl: (step) => step,
  approvalQueueUrl: "approval",
  waitQueueUrl: "wait",
};
