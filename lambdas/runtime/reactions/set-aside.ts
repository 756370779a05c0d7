import { parkedKey, shardOf } from "../../../lib/contract/keys.ts";
import type { ParkedItem, ParkedReason } from "../../../lib/contract/table.ts";
import { park } from "../defer/defer.ts";
import { arrivedEvent } from "../ledger/mark.ts";
import type { Reacting } from "./effect.ts";
import { parkedMessage } from "./message.ts";
import type { ReactOutcome } from "./outcome.ts";
import type { ReactPorts } from "./ports.ts";

const DAY_SECONDS = 24 * 60 * 60;

/**
 * Parks the message in hand until `due` (epoch milliseconds), or until somebody resumes the reaction, and gives back what is
 * claimed.
 */
export async function setAside(
  reacting: Reacting,
  { reason, due }: { reason: ParkedReason; due: number | undefined },
  ports: ReactPorts,
): Promise<ReactOutcome> {
  const { key, owner } = reacting.effect;
  const item = await parkedItem(reacting, reason, due, ports);
  await park(item, ports);
  await ports.claims.release(key, owner);
  ports.metrics.count("ReactionsParked");
  if (due !== undefined) return { kind: "parked", why: reason, due };

  // Who resumes lifts the pause first and looks for parked messages after; here it is the other way round.
  const { orders } = await ports.handlings.read(key, reacting.reaction.name, undefined);
  if (orders?.paused || orders?.drained) return { kind: "parked", why: reason, due };
  await ports.parked.remove(item);
  return { kind: "later", at: ports.now(), why: "the pause ends" };
}

async function parkedItem(
  { id, delivered, reaction: { name }, effect: { owner, message } }: Reacting,
  reason: ParkedReason,
  due: number | undefined,
  { retentionDays, artifactsOf, now }: ReactPorts,
): Promise<ParkedItem> {
  const time = new Date(now()).toISOString();
  const { epoch } = message.run;
  return {
    // By the event, so that each of two with one identity gets an outcome, whether they agree or contradict each other.
    ...parkedKey(id, epoch, `${name}#${delivered.envelope.id}`, "do"),
    kind: "parked",
    ...{ run: id, epoch, workflow: name, step: name, path: name },
    reason,
    owner,
    event: arrivedEvent(delivered.envelope),
    message: await parkedMessage(delivered, id, artifactsOf(id)),
    fence: 0,
    parkedAt: time,
    changedAt: time,
    revision: 1,
    ...(due === undefined
      ? { list: shardOf(`parked#${name}`, id), listedAt: time }
      : { due: shardOf("parked-due", id), dueAt: new Date(due).toISOString() }),
    expiresAt: Math.ceil(now() / 1000) + retentionDays * DAY_SECONDS,
  };
}
