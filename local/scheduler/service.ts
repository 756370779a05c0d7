import { Alarm } from "../kernel/alarm.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Service } from "../kernel/service.ts";
import { notFound } from "./errors.ts";
import { Groups } from "./groups.ts";
import { answerHttp } from "./http.ts";
import { Invocations } from "./invocations.ts";
import { Schedules } from "./schedules.ts";
import { TABLES } from "./tables.ts";
import { tagOperations } from "./tags.ts";

/** EventBridge Scheduler. `log` receives a line for each occurrence that would otherwise be lost silently. */
export function schedulerService(
  kernel: Kernel,
  log: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): Service {
  kernel.store.define(TABLES);
  const alarm = new Alarm(kernel.clock, () => invocations.takeDue());
  const groups = new Groups(kernel);
  const schedules = new Schedules(kernel, groups, (time) => alarm.by(time));
  const invocations = new Invocations(kernel, schedules, alarm, log);

  const mustExist = (arn: string) => {
    const name = /:schedule-group\/(.+)$/.exec(arn)?.[1];
    if (name === undefined) throw notFound(`There is no schedule group ${arn}.`);
    groups.existing(name);
  };

  return {
    name: "scheduler",
    operations: {
      ...groups.operations(),
      ...schedules.operations(),
      ...tagOperations(kernel.store, mustExist),
    },
    http: (request) => answerHttp(kernel, request),
    start: () => alarm.start(),
    async stop() {
      alarm.stop();
    },
  };
}
