import type { StepMessage } from "../../../lib/contract/message.ts";
import type { ClaimItem, DeferredItem, RunItem } from "../../../lib/contract/table.ts";
import { fenceOf } from "../work/claim.ts";

/** A message of a step whose answer an execution waits for. */
export interface OpenTask {
  queueUrl: string;
  message: StepMessage;
  /** ISO time at which its state was entered. */
  since: string;
}

/** What is known of the messages of a run. */
export interface Known {
  run: Pick<RunItem, "stuck">;
  claims: readonly ClaimItem[];
  deferred: readonly DeferredItem[];
  /** Whether what is deferred without a time waits for an operator. */
  paused: boolean;
}

/** A message is in its queue, or with its worker, for longer only where something is wrong or the queue is full. */
const PATIENCE = 60 * 60 * 1000;

/**
 * The messages that nothing accounts for: no worker holds their claim, they are not deferred, and no dead letter keeps them.
 * They wait in their queue, or are lost: deleted, or expired. An effect that is done or failed accounts for nothing, since its
 * answer has not arrived.
 */
export function missingTasks(tasks: readonly OpenTask[], known: Known, now: number): OpenTask[] {
  return tasks.filter(
    (task) => Date.parse(task.since) <= now - PATIENCE && !isAccountedFor(task, known, now),
  );
}

function isAccountedFor(
  { message }: OpenTask,
  { run, claims, deferred, paused }: Known,
  now: number,
): boolean {
  const { path, direction } = message;
  const ofEffect = (item: { sk: string }) => item.sk.endsWith(`#${message.run.epoch}#${path}#${direction}`);
  const isHeld = claims.some((claim) => ofEffect(claim) && claim.state === "running" && claim.lease > now);
  const isDeferred = deferred.some(
    (item) => ofEffect(item) && item.fence >= fenceOf(message) && (item.dueAt !== undefined || paused),
  );
  const dead = run.stuck ? [run.stuck, ...(run.stuck.also ?? [])] : [];
  return isHeld || isDeferred || dead.some((place) => place.path === path);
}
