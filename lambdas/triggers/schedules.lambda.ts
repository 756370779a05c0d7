import type { OccurrenceMessage } from "../../lib/contract/trigger/schedule.ts";
import { eventBridge } from "../runtime/aws/bus.ts";
import { sourceQueue } from "../runtime/aws/queues/queue.ts";
import { tableMarks } from "../runtime/aws/relay/marks.ts";
import { openTable } from "../runtime/aws/table/table.ts";
import { setting } from "../runtime/environment.ts";
import { queueHandler } from "../runtime/handlers/queue-handler.ts";
import { tellOccurrences } from "../runtime/schedule/tell.ts";

/** Occurrences of schedules → bus, with those that were missed before. */
const marks = tableMarks(openTable(setting("table")));
const bus = eventBridge(setting("bus"));
const queue = sourceQueue(setting("queue"));

/** Of a batch, one is told after another: the next knows what the one before has told. */
let turn: Promise<unknown> = Promise.resolve();

export const handler = queueHandler(
  "schedules",
  () => queue,
  async ({ record, log, metrics }) => {
    const message = JSON.parse(record.body) as OccurrenceMessage;
    const tell = () => tellOccurrences(message, { marks, bus, now: Date.now, log, metrics });
    const told = turn.then(tell, tell);
    turn = told;
    return (await told) === "told" ? "finished" : { at: Date.now(), why: "more occurrences are due" };
  },
);
