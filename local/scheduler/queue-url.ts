import type { Kernel } from "../kernel/kernel.ts";

/** The URL under which SQS knows the queue of an ARN. */
export function queueUrl(kernel: Kernel, arn: string): string {
  const [account, name] = arn.split(":").slice(4);
  return `${kernel.endpoint}/${account}/${name}`;
}
