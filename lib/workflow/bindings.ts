/** Addresses that the compiler writes unchanged; they may be tokens of the CDK. */
export interface Bindings {
  queueUrl(step: string): string;
  approvalQueueUrl: string;
  waitQueueUrl: string;
  /** Content version of the definition, which is not part of its own digest. */
  version?: string | undefined;
}

/** Names instead of addresses: the compiled result does not depend on where it is deployed. */
export const SYMBOLIC: Bindings = {
  queueUrl: (step) => step,
  approvalQueueUrl: "approval",
  waitQueueUrl: "wait",
};
