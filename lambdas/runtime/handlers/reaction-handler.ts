import type { EventContract } from "../../../lib/contract/event.ts";
import type { ReactionSpec } from "../../../lib/contract/reaction.ts";
import type { OutputOf } from "../../../lib/contract/schema.ts";
import { deadLetterQueue } from "../aws/control/dead-letters.ts";
import { tableQuarantine } from "../aws/control/quarantine.ts";
import { tableReplays } from "../aws/control/replays.ts";
import { setting } from "../aws/environment.ts";
import { artifactsOf } from "../aws/files/artifacts.ts";
import { sharedFilesOf } from "../aws/files/shared-files.ts";
import { tableDeliveryReceipts } from "../aws/ledger/deliveries.ts";
import { sourceQueue } from "../aws/queues/queue.ts";
import { tableReactionStarts } from "../aws/work/reaction-starts.ts";
import type { ReactionFunction } from "../reactions/context.ts";
import { react } from "../reactions/react.ts";
import { replayOf } from "../replay/replay-of.ts";
import { effectPorts } from "./effect-ports.ts";
import { hiddenByLease } from "./hide-by-lease.ts";
import { queueHandler } from "./queue-handler.ts";

/**
 * The Lambda handler of a reaction: `export const handler = reaction(reserveStock, async (order, context) =>
 * { … })`. The function receives the event's payload, and emits events by `context.emit`; an error that it
 * throws is a failure (see `giveUp`, `waitAndRetry` and `ask`; any other error is retried by the reaction's
 * retry policy).
 */
export function reaction<Events extends readonly EventContract[], Emits extends readonly EventContract[]>(
  spec: ReactionSpec<string, Events, Emits>,
  code: ReactionFunction<OutputOf<Events[number]["schema"]>, Emits[number]>,
) {
  const { table, ...effects } = effectPorts({ audited: true });
  const { ledger } = spec.delivery;
  const queue = sourceQueue(effects.queueUrl);
  const replays = tableReplays(table);
  const artifacts = artifactsOf(setting("artifacts"));
  const ports = {
    ...effects,
    starts: tableReactionStarts(table),
    deliveries: tableDeliveryReceipts(table, effects.retentionDays, ledger === "none" ? [] : [spec.name]),
    quarantine: tableQuarantine(table, { queued: true }),
    deadLetters: deadLetterQueue(setting("deadLetters"), effects.queueUrl),
    artifactsOf: (handling: string) => artifacts(spec.name, handling),
    shared: sharedFilesOf(setting("artifacts"), spec.name, spec.shared),
  };
  return queueHandler(
    spec.name,
    () => queue,
    async (delivery) => {
      const { record, invocation, sent, about, log, metrics } = delivery;
      about({ reaction: spec.name, messageId: record.messageId });
      const replay = await replayOf(record.body, replays);
      const brought = replay && { replay, replays };
      const outcome = await hiddenByLease([spec], delivery, { queue, now: ports.now }, () =>
        react({ body: record.body, sent, brought }, spec, code as ReactionFunction<any>, invocation, {
          ...ports,
          about,
          log,
          metrics,
        }),
      );
      log.info(`${spec.name}: ${outcome.kind}`, { ...outcome });
      return outcome.kind === "later" ? { at: outcome.at, why: outcome.why } : "finished";
    },
  );
}
