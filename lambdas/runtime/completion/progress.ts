import { fenceOf } from "../../../lib/contract/fence.ts";
import { wholeMessage } from "../../../lib/contract/groups/grouped-list.ts";
import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import type { ClaimItem, DeferredItem, RunItem, TableItem } from "../../../lib/contract/table.ts";
import { arrivalKeys, type ItemMessage, isArrived, type SentMessage } from "./arrivals.ts";

/** A message whose answer an execution waits for, or that leaves an item when it arrives. */
export interface OpenTask {
  queueUrl: string;
  message: SentMessage;
  /** ISO time at which its state was entered. */
  since: string;
}

/** What is known about the messages of a run. */
export interface Known {
  run: Pick<RunItem, "stuck">;
  claims: readonly ClaimItem[];
  deferred: readonly DeferredItem[];
  /** The items that waits and approvals have left in the table. */
  items: readonly TableItem[];
  /** Whether a called run has ended. */
  hasEnded(run: string): boolean;
  /** Whether messages deferred without a time wait for an operator. */
  paused: boolean;
}

/**
 * A message spends longer in its queue or with its worker only if something is wrong or the queue is full.
 */
const PATIENCE = 60 * 60 * 1000;

/**
 * The messages that nothing explains: no worker holds their claim, no wait or approval has come from them,
 * they are not deferred, and no dead letter contains them. They are in their queue, or lost: deleted, or
 * expired. A completed or failed effect explains nothing, since its answer has not arrived.
 */
export function missingTasks(tasks: readonly OpenTask[], known: Known, now: number): OpenTask[] {
  return overdueTasks(tasks, now).filter(({ message }) => !isAccountedFor(message, known, now));
}

/** The messages that should have arrived long ago. */
export function overdueTasks(tasks: readonly OpenTask[], now: number): OpenTask[] {
  return tasks.filter(({ since }) => Date.parse(since) <= now - PATIENCE);
}

function isAccountedFor(message: SentMessage, known: Known, now: number): boolean {
  const { paths, epoch } = placesOf(message);
  const direction = "direction" in message ? message.direction : "do";
  const ofEffect = (item: { sk: string }) =>
    paths.some((path) => item.sk.endsWith(`#${epoch}#${path}#${direction}`));
  const isDeferred = known.deferred.some(
    (item) =>
      ofEffect(item) &&
      "entered" in message &&
      item.fence >= fenceOf(message) &&
      (item.dueAt !== undefined || known.paused),
  );
  const { stuck } = known.run;
  const dead = stuck ? [stuck, ...(stuck.also ?? [])] : [];
  if (isDeferred || dead.some((place) => paths.includes(place.path))) return true;
  return "step" in message
    ? known.claims.some((claim) => ofEffect(claim) && claim.state === "running" && claim.lease > now)
    : isArrived(message, itemsOf(message, known.items), known.hasEnded);
}

/** A group's message is for each of its steps. */
function placesOf(message: SentMessage): { paths: (string | undefined)[]; epoch: number } {
  const { epoch } = message.run;
  const { group } = "step" in message ? wholeMessage(message) : {};
  if (group) return { paths: group.steps.map(({ path }) => path), epoch };
  return { paths: ["path" in message ? message.path : undefined], epoch };
}

function itemsOf(message: ItemMessage, items: readonly TableItem[]): TableItem[] {
  const keys: ItemKey[] = arrivalKeys(message);
  return items.filter((item) => keys.some(({ pk, sk }) => pk === item.pk && sk === item.sk));
}
