import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { queueUrl } from "../kernel/queue-url.ts";
import { type Attempt, withKeywords } from "./keywords.ts";
import { callOf, type Target } from "./target.ts";

/** The call that an attempt makes. */
export interface Request {
  service: string;
  operation: string;
  input: Record<string, unknown>;
  /** The target's name in dead letters: "arn:aws:scheduler:::aws-sdk:sqs:sendMessage". */
  targetArn: string;
}

export function requestOf(kernel: Kernel, target: Target, attempt: Attempt): Request {
  const { service, operation, arn, input } = callOf(target, (queue) => queueUrl(kernel, queue))!;
  const isUniversal = arn === target.Arn;
  const text = target.Input ?? (isUniversal ? "{}" : notification(kernel, attempt));
  return { service, operation, input: input(withKeywords(text, attempt)), targetArn: arn };
}

/** Makes the call as the target's role. Rejects if the target refuses it. */
export async function send(kernel: Kernel, request: Request, role: string): Promise<void> {
  const { service, operation, input } = request;
  const output = await kernel.call(service, operation, input, { caller: role });
  // PutEvents succeeds as a call even where it refuses an event.
  const refused = output?.FailedEntryCount
    ? output.Entries?.find((entry: any) => entry.ErrorCode !== undefined)
    : undefined;
  if (refused) throw new ServiceError(refused.ErrorCode, refused.ErrorMessage);
}

/** The input of a templated target if the schedule has none. */
function notification(kernel: Kernel, { scheduleArn, scheduledTime }: Attempt): string {
  return JSON.stringify({
    version: "0",
    id: kernel.random.uuid(),
    "detail-type": "Scheduled Event",
    source: "aws.scheduler",
    account: kernel.account,
    time: scheduledTime,
    region: kernel.region,
    resources: [scheduleArn],
    detail: "{}",
  });
}
