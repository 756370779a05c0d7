import type { Kernel } from "../kernel/kernel.ts";

/**
 * The principals other than the account's own roles that may write to a log group, as one policy: the
 * account's resource policies for logs, and the one that AWS itself adds for the delivery of a state
 * machine's or an API's logs.
 */
export function resourcePolicy(kernel: Kernel, arn: string): string | undefined {
  if (!arn.includes(":log-group:")) return undefined;
  const kept = kernel.store.all<{ document: string }>(
    "SELECT document FROM logs_document WHERE kind = 'policy' ORDER BY name",
  );
  if (kept.length === 0) return DELIVERY_ALONE;
  const own = kept.flatMap(({ document }) => JSON.parse(JSON.parse(document).policyDocument).Statement);
  return policyWith([...own, DELIVERY]);
}

const DELIVERY = {
  Sid: "AWSLogDeliveryWrite",
  Effect: "Allow",
  Principal: { Service: "delivery.logs.amazonaws.com" },
  Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
  Resource: "*",
};

const policyWith = (Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });

const DELIVERY_ALONE = policyWith([DELIVERY]);
