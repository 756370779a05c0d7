import type { Bindings } from "./nodes/kind.ts";

/** Names instead of addresses: the compiled result does not depend on where it is deployed. */
export const SYMBOLIC: Bindings = {
  queueUrl: (step) => step,
  approvalQueueUrl: "approval",
  waitQueueUrl: "wait",
};
