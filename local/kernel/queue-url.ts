import type { Kernel } from "./kernel.ts";

/** SQS's URL of the queue with this ARN. */
export function queueUrl({ endpoint }: Pick<Kernel, "endpoint">, arn: string): string {
  const [account, name] = arn.split(":").slice(4);
  return `${endpoint}/${account}/${name}`;
}
