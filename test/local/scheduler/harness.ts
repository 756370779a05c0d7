import { schedulerService } from "../../../local/scheduler/service.ts";
import { amongStandIns, QUEUE, type Situation } from "../stand-ins.ts";

export { DEAD, QUEUE, START } from "../stand-ins.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const ROLE = "arn:aws:iam::000000000000:role/scheduler";

const TARGETS = {
  sqs: ["SendMessage", "ReceiveMessage"],
  lambda: ["Invoke"],
  states: ["StartExecution"],
  events: ["PutEvents"],
};

/** The engine, started, among stand-ins for the services that it calls. */
export function cloud(situation: Situation = {}) {
  const local = amongStandIns(TARGETS, situation);
  const service = schedulerService(local.kernel, local.writeLog);
  local.kernel.register(service);
  service.start!();

  const scheduler = (operation: string, input: object = {}): Promise<any> =>
    local.kernel.call("scheduler", operation, input);

  return {
    ...local,
    service,
    scheduler,

    /** A schedule named "s", to the queue where nothing else is said. */
    schedule: (ScheduleExpression: string, { target = {}, ...settings }: any = {}): Promise<any> =>
      scheduler("CreateSchedule", {
        Name: "s",
        ScheduleExpression,
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: { Arn: QUEUE, RoleArn: ROLE, ...target },
        ...settings,
      }),

    /** When calls were made: "2026-11-21T07:10". */
    times: (): string[] => local.calls.map(({ time }) => time.slice(0, 16)),
  };
}
