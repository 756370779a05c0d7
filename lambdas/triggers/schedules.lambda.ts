import type { OccurrenceMessage } from "../../lib/contract/trigger/schedule.ts";
import { eventBridge } from "../runtime/aws/bus.ts";
import { setting } from "../runtime/aws/environment.ts";
import { sourceQueue } from "../runtime/aws/queues/queue.ts";
import { tableReceipts } from "../runtime/aws/relay/receipts.ts";
import { openTable } from "../runtime/aws/table/table.ts";
import { queueHandler } from "../runtime/handlers/queue-handler.ts";
import { publishDue } from "../runtime/schedule/publish-due.ts";

/** Occurrences of schedules → bus, with those that were missed before. */
const cursors = tableReceipts(openTable(setting("table")));
const bus = eventBridge(setting("bus"));
const queue = sourceQueue(setting("queue"));

/** The messages of a batch are handled one after another: each knows what the one before has published. */
let turn: Promise<unknown> = Promise.resolve();

export const handler = queueHandler(
  "schedules",
  () => queue,
  async ({ record, log, metrics }) => {
    const message = JSON.parse(record.body) as OccurrenceMessage;
    const publish = () => publishDue(message, { cursors, bus, now: Date.now, log, metrics });
    const published = turn.then(publish, publish);
    turn = published;
    return (await published) === "published"
      ? "finished"
      : { at: Date.now(), why: "more occurrences are due" };
  },
);
