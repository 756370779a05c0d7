import type { EventContract } from "../../../lib/contract/event.ts";
import type { Pending } from "../../../lib/contract/items/window.ts";
import type { InputOf } from "../../../lib/contract/schema.ts";
import type {
  Absence,
  AbsenceSpec,
  Crossing,
  ThresholdSpec,
} from "../../../lib/contract/trigger/threshold.ts";
import type { Translate } from "../../../lib/contract/trigger/trigger.ts";
import { tableQuarantine } from "../aws/control/quarantine.ts";
import { numberSetting, setting } from "../aws/environment.ts";
import { sourceQueue } from "../aws/queues/queue.ts";
import { delayedMessages } from "../aws/queues/reminders.ts";
import { openTable, type Table } from "../aws/table/table.ts";
import { tablePresences, tableWindows } from "../aws/triggers/watched-keys.ts";
import { quarantine } from "../events/quarantine.ts";
import type { Log, Metrics } from "../ports/telemetry.ts";
import { countEvent } from "../threshold/count.ts";
import { lookAt, noteEvent } from "../threshold/presence.ts";
import { readWatched, type Watched } from "../threshold/watched.ts";
import { openIngress } from "./open-ingress.ts";
import { queueHandler } from "./queue-handler.ts";

/** The Lambda handler of a threshold: `export const handler = threshold(manyDeclines, ({ key, value }) => ({ … }))`. */
export function threshold<On extends EventContract, E extends EventContract>(
  spec: ThresholdSpec<On, E>,
  translate?: Translate<Crossing, InputOf<E["schema"]>>,
) {
  const table = openTable(setting("table"));
  const { name: trigger, within } = spec;
  const memory = tableWindows(table, { trigger, within });
  const publish = publisherOf(spec, translate);
  return watching(spec, table, async (event, { log, metrics }) => {
    const outcome = await countEvent(event, spec, { memory, publish: publish(log, metrics) });
    log.info(`${trigger}: ${outcome}`, { key: event.key });
    if (outcome === "late") metrics.count("ThresholdEventsLate", 1, { trigger });
  });
}

/** The Lambda handler of an absence: `export const handler = absence(silentSensors, ({ key }) => ({ … }))`. */
export function absence<On extends EventContract, E extends EventContract>(
  spec: AbsenceSpec<On, E>,
  translate?: Translate<Absence, InputOf<E["schema"]>>,
) {
  const table = openTable(setting("table"));
  const { name: trigger, within } = spec;
  const memory = tablePresences(table, { trigger, within });
  const remind = delayedMessages(setting("queue"));
  const publish = publisherOf(spec, translate);
  const portsFor = ({ log, metrics }: Telemetry) => ({
    memory,
    publish: publish(log, metrics),
    lookAgain: (absent: string, at: number) => remind({ absent }, at),
    now: Date.now,
  });
  return watching(
    spec,
    table,
    async (event, telemetry) => {
      const outcome = await noteEvent(event, spec, portsFor(telemetry));
      telemetry.log.info(`${trigger}: ${outcome}`, { key: event.key });
    },
    async ({ absent, at }, telemetry) => {
      // No message can be delayed for long enough, or the clock of the sender is ahead.
      if (at > Date.now()) await remind({ absent }, at);
      else await lookAt(absent, spec, portsFor(telemetry), at);
    },
  );
}

interface Telemetry {
  log: Log;
  metrics: Metrics;
}

interface Reminder {
  absent: string;
  at: number;
}

/** Reads the events of a trigger's queue. What breaks the contract is quarantined. */
function watching(
  spec: ThresholdSpec | AbsenceSpec,
  table: Table,
  watch: (event: Watched, telemetry: Telemetry) => Promise<void>,
  remindOf?: (reminder: Reminder, telemetry: Telemetry) => Promise<void>,
) {
  const quarantined = { subscriber: spec.name, retentionDays: numberSetting("retentionDays") };
  const queue = sourceQueue(setting("queue"));
  const ports = { quarantine: tableQuarantine(table), now: Date.now };
  return queueHandler(
    spec.name,
    () => queue,
    async ({ record: { body }, log, metrics }) => {
      const reminder = JSON.parse(body) as Partial<Reminder>;
      if (remindOf && typeof reminder.absent === "string" && typeof reminder.at === "number") {
        await remindOf(reminder as Reminder, { log, metrics });
        return "finished";
      }
      const read = await readWatched(body, spec, Date.now());
      if ("refused" in read) await quarantine(read.refused, quarantined, { ...ports, log, metrics });
      else await watch(read.event, { log, metrics });
      return "finished";
    },
  );
}

function publisherOf(spec: ThresholdSpec | AbsenceSpec, translate: ((payload: any) => unknown) | undefined) {
  const ingress = openIngress(spec);
  return (log: Log, metrics: Metrics) =>
    async ({ id, at, payload, hops, traceparent }: Pending<Crossing | Absence>): Promise<void> => {
      const time = new Date(at).toISOString();
      const occurrence = { id, time, subject: payload.key, hops, traceparent, payload };
      const [outcome] = await ingress([{ ...occurrence, contract: spec.event, translate }], log, metrics);
      if (outcome === "refused") throw new Error("The bus rejected the event.");
    };
}
