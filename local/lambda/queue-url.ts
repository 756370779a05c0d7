import type { Kernel } from "../kernel/kernel.ts";

/** SQS's URL of the queue with this ARN. */
export function queueUrl(kernel: Kernel, arn: string): string {
  const [account, name] = arn.split(":").slice(4);
  return `${kernel.endpoint}/${account}/${name}`;
}
