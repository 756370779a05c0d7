import { readFileSync } from "node:fs";
import { join } from "node:path";
import middy from "@middy/core";
import type { Context, SQSEvent } from "aws-lambda";
import type { Command, ControlMessage } from "../lib/contract/messages/command.ts";
import { SETTINGS_FILE, type SettingsCatalogue } from "../lib/contract/settings/catalogue.ts";
import { tableCommands, tableControls, tableWaiting } from "./runtime/aws/control/controls.ts";
import { tableDeadLetterStore } from "./runtime/aws/control/dead-letter-store.ts";
import { originQueues } from "./runtime/aws/control/dead-letters.ts";
import { tableQuarantineStore } from "./runtime/aws/control/quarantine-store.ts";
import { archiveReplays } from "./runtime/aws/control/replays.ts";
import { listSetting, numberSetting, setting } from "./runtime/aws/environment.ts";
import { observe, writeMetrics } from "./runtime/aws/observe.ts";
import { controlReminders } from "./runtime/aws/queues/control-queue.ts";
import { tableQueues } from "./runtime/aws/queues/deployed-queues.ts";
import { sourceQueue } from "./runtime/aws/queues/queue.ts";
import { delayedWakeups, stepQueues } from "./runtime/aws/queues/step-queues.ts";
import { stepFunctions } from "./runtime/aws/runs/executions.ts";
import { tableBreakers } from "./runtime/aws/work/breakers.ts";
import { tableDeferred } from "./runtime/aws/work/deferred.ts";
import { control } from "./runtime/control/control.ts";
import { lookAgain } from "./runtime/control/look-again.ts";
import { maySend } from "./runtime/control/may-send.ts";
import type { ControlPorts } from "./runtime/control/ports.ts";
import { releaseSome } from "./runtime/control/release.ts";
import { resolveBatch } from "./runtime/control/resolve-dead-letters.ts";
import { wake } from "./runtime/defer/resend.ts";
import { sendMissing } from "./runtime/defer/send-missing.ts";
import { endPorts } from "./runtime/handlers/end-ports.ts";
import { queueHandler } from "./runtime/handlers/queue-handler.ts";
import type { Log, Metrics } from "./runtime/ports/telemetry.ts";
import { forceBreaker } from "./runtime/work/breaker/force.ts";

/** Commands of operators and programs, by direct invocation or by the function's own queue. */
const { metrics, log, counters } = observe("control");
const queue = setting("queue");
const commanders = new Set(listSetting("commanders"));
const open = endPorts();
const { table } = open;
const wakeups = delayedWakeups(queue);
const [origins, executions] = [originQueues(), stepFunctions(undefined)];
const replays = archiveReplays(table, { archive: setting("archive"), bus: setting("busArn") });

const settings: SettingsCatalogue = JSON.parse(
  readFileSync(join(import.meta.dirname, SETTINGS_FILE), "utf8"),
);

function portsOf(log: Log, metrics: Metrics): ControlPorts {
  const breakers = tableBreakers(table);
  return {
    ...open,
    log,
    metrics,
    commands: tableCommands(table),
    controls: tableControls(table),
    waiting: tableWaiting(table),
    deferred: tableDeferred(table),
    quarantineStore: tableQuarantineStore(table),
    deadLetters: tableDeadLetterStore(table),
    originQueues: origins,
    executions,
    stepQueues: stepQueues(),
    queues: tableQueues(table),
    replays,
    settings,
    remind: controlReminders(queue),
    workflows: listSetting("workflows"),
    reactions: listSetting("reactions"),
    archiveDays: numberSetting("archiveDays"),
    retentionDays: numberSetting("retentionDays"),
    forceBreaker: (breaker, to, order) =>
      forceBreaker(breaker, to, order, { breakers, now: open.now, log, metrics }),
  };
}

const fromQueue = queueHandler(
  "control",
  () => sourceQueue(queue),
  async ({ record, about, log, metrics }) => {
    const message = JSON.parse(record.body) as ControlMessage;
    const { SenderId } = record.attributes;
    if (!maySend(message, SenderId, commanders)) {
      log.error(
        `Refused: ${SenderId} may not request "${message.action}" by the queue. Invoke the function.`,
      );
      metrics.count("CommandsRefused");
      return "finished";
    }
    if ("target" in message && "run" in message.target) about({ run: message.target.run });
    const ports = portsOf(log, metrics);
    if (message.action === "wake") await wake(message.key, { ...ports, wakeups });
    else if (message.action === "send-missing") await sendMissing(message, ports);
    else if (message.action === "release") await releaseSome(message, ports);
    else if (message.action === "look") await lookAgain(message, ports);
    else if (message.action === "resolve-some") await resolveBatch(message, ports);
    else await control(message, ports);
    return "finished";
  },
);

const invoked = middy<Command>()
  .use(writeMetrics(metrics))
  .handler((command) => control(command, portsOf(log, counters)));

export const handler = async (event: SQSEvent | Command, context: Context) =>
  "Records" in event ? await fromQueue(event, context) : await invoked(event, context);
