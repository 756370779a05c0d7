/** One attempt at one occurrence, for the target's input. */
export interface Attempt {
  scheduleArn: string;
  /** "2026-11-21T07:00:00Z" */
  scheduledTime: string;
  executionId: string;
  /** Counts from 1. */
  number: number;
}

/** The text with its context attributes (`<aws.scheduler.scheduled-time>`, …) replaced. */
export function withKeywords(text: string, attempt: Attempt): string {
  return text
    .replaceAll("<aws.scheduler.schedule-arn>", attempt.scheduleArn)
    .replaceAll("<aws.scheduler.scheduled-time>", attempt.scheduledTime)
    .replaceAll("<aws.scheduler.execution-id>", attempt.executionId)
    .replaceAll("<aws.scheduler.attempt-number>", String(attempt.number));
}
