import { virtualClock } from "../../../local/kernel/clock.ts";
import { Kernel } from "../../../local/kernel/kernel.ts";
import { seededRandom } from "../../../local/kernel/random.ts";
import type { Operation, Service } from "../../../local/kernel/service.ts";
import { Store } from "../../../local/kernel/store.ts";
import { schedulerService } from "../../../local/scheduler/service.ts";

export const START = Date.UTC(2026, 10, 21, 7, 0, 30);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const QUEUE = "arn:aws:sqs:us-east-1:000000000000:orders";
export const DEAD = "arn:aws:sqs:us-east-1:000000000000:dead";
export const ROLE = "arn:aws:iam::000000000000:role/scheduler";

/** What a target service was asked, by whom and when. */
export interface Call {
  operation: string;
  input: any;
  caller: string;
  time: string;
}

/** The engine with stand-ins for the services that it calls: each records its calls, and answers by `answer`. */
export function cloud({ store = Store.open(":memory:"), start = START, seed = 1 } = {}) {
  const clock = virtualClock(start);
  const kernel = new Kernel({
    clock,
    random: seededRandom(seed),
    store,
    endpoint: "http://127.0.0.1:4566",
    report: (line) => {
      throw new Error(line);
    },
  });
  const calls: Call[] = [];
  const log: string[] = [];
  const behaviour: { answer: (call: Call) => unknown } = { answer: () => ({}) };
  const standIn = (name: string, ...operations: string[]): Service => ({
    name,
    operations: Object.fromEntries(
      operations.map((operation): [string, Operation] => [
        operation,
        (input, { caller }) => {
          const call = { operation, input, caller, time: new Date(clock.now()).toISOString() };
          calls.push(call);
          return behaviour.answer(call);
        },
      ]),
    ),
  });
  kernel.register(standIn("sqs", "SendMessage", "ReceiveMessage"));
  kernel.register(standIn("lambda", "Invoke"));
  kernel.register(standIn("states", "StartExecution"));
  kernel.register(standIn("events", "PutEvents"));
  const service = schedulerService(kernel, (line) => log.push(line));
  kernel.register(service);

  const scheduler = (operation: string, input: object = {}): Promise<any> =>
    kernel.call("scheduler", operation, input);

  /** Lets everything happen that needs no time. */
  const settle = async (): Promise<void> => {
    do {
      await kernel.work.idle();
      await store.flushed();
    } while (kernel.work.count > 0);
  };

  return {
    kernel,
    store,
    clock,
    calls,
    log,
    behaviour,
    service,
    scheduler,
    settle,

    /** Lets time pass, moment by moment. */
    async advance(milliseconds: number): Promise<void> {
      const end = clock.now() + milliseconds;
      await settle();
      while ((clock.next() ?? Number.POSITIVE_INFINITY) <= end) {
        clock.advanceTo(end);
        await settle();
      }
      clock.advanceTo(end);
    },

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
    times: (): string[] => calls.map(({ time }) => time.slice(0, 16)),
  };
}
