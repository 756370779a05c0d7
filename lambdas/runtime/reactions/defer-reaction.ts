import { expiryAfter } from "../../../lib/contract/expiry.ts";
import { deferredKey } from "../../../lib/contract/keys/deferred.ts";
import { shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import type { DeferReason, DeferredItem } from "../../../lib/contract/table.ts";
import { defer } from "../defer/defer.ts";
import { arrivedEvent } from "../ledger/receipt.ts";
import type { Reacting } from "./effect.ts";
import { deferredMessage } from "./message.ts";
import type { ReactOutcome } from "./outcome.ts";
import type { ReactPorts } from "./ports.ts";

/**
 * Defers the current message until `due` (epoch milliseconds), or until an operator resumes the reaction, and
 * releases its claim.
 */
export async function deferReaction(
  reacting: Reacting,
  { reason, due }: { reason: DeferReason; due: number | undefined },
  ports: ReactPorts,
): Promise<ReactOutcome> {
  const { key, owner } = reacting.effect;
  const item = await deferredItem(reacting, reason, due, ports);
  await defer(item, ports);
  await ports.claims.release(key, owner);
  ports.metrics.count("ReactionsDeferred");
  if (due !== undefined) return { kind: "deferred", why: reason, due };

  // A resume writes the state and then looks for deferred messages; here it is the other way round.
  const { control } = await ports.starts.read(key, reacting.reaction.name, undefined);
  if (control?.paused || control?.drained) return { kind: "deferred", why: reason, due };
  await ports.deferred.remove(item);
  return { kind: "later", at: ports.now(), why: "the pause ends" };
}

async function deferredItem(
  { id, delivered, reaction: { name }, effect: { owner, message } }: Reacting,
  reason: DeferReason,
  due: number | undefined,
  { retentionDays, artifactsOf, now }: ReactPorts,
): Promise<DeferredItem> {
  const time = new Date(now()).toISOString();
  const { epoch } = message.run;
  return {
    // By event, so that each of two events with one identity gets an outcome, whether their payloads agree or
    // not.
    ...deferredKey(id, epoch, `${name}#${delivered.envelope.id}`, "do"),
    kind: "deferred",
    run: id,
    epoch,
    workflow: name,
    step: name,
    path: name,
    reason,
    owner,
    event: arrivedEvent(delivered.envelope),
    message: await deferredMessage(delivered, id, artifactsOf(id)),
    fence: 0,
    deferredAt: time,
    changedAt: time,
    revision: 1,
    ...(due === undefined
      ? { list: shardOf(`deferred#${name}`, id), listedAt: time }
      : { due: shardOf("deferred-due", id), dueAt: new Date(due).toISOString() }),
    expiresAt: expiryAfter(due ?? now(), retentionDays),
  };
}
