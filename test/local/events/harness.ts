import { eventsService } from "../../../local/events/service.ts";
import { virtualClock } from "../../../local/kernel/clock.ts";
import { Kernel } from "../../../local/kernel/kernel.ts";
import { seededRandom } from "../../../local/kernel/random.ts";
import type { Operation, Service } from "../../../local/kernel/service.ts";
import { Store } from "../../../local/kernel/store.ts";

export const START = Date.UTC(2026, 10, 21, 7, 0, 30);
export const QUEUE = "arn:aws:sqs:us-east-1:000000000000:orders";
export const DEAD = "arn:aws:sqs:us-east-1:000000000000:dead";

/** What a target service was asked, and for whom. */
export interface Call {
  operation: string;
  input: any;
  caller: string;
}

/** The engine with stand-ins for the services that it delivers to: each records its calls, and answers by `answer`. */
export function cloud(store = Store.open(":memory:")) {
  const clock = virtualClock(START);
  const kernel = new Kernel({
    clock,
    random: seededRandom(1),
    store,
    endpoint: "http://127.0.0.1:4566",
    report: (line) => {
      throw new Error(line);
    },
  });
  const calls: Call[] = [];
  const log: string[] = [];
  const behaviour: { answer: (call: Call) => unknown } = { answer: () => ({}) };
  const recorder = (operation: string): Operation => {
    return (input, { caller }) => {
      const call = { operation, input, caller };
      calls.push(call);
      return behaviour.answer(call);
    };
  };
  const standIn = (name: string, operation: string): Service => ({
    name,
    operations: { [operation]: recorder(operation) },
  });
  kernel.register(standIn("sqs", "SendMessage"));
  kernel.register(standIn("lambda", "Invoke"));
  kernel.register(standIn("states", "StartExecution"));
  const service = eventsService(kernel, (line) => log.push(line));
  kernel.register(service);

  const events = (operation: string, input: object = {}, caller?: string): Promise<any> =>
    kernel.call("events", operation, input, caller === undefined ? {} : { caller });

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
    events,
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

    /** A rule with one target, the queue where nothing else is said. */
    async rule(name: string, pattern: object, target: object = {}, bus?: string): Promise<void> {
      await events("PutRule", { Name: name, EventBusName: bus, EventPattern: JSON.stringify(pattern) });
      const Targets = [{ Id: "t", Arn: QUEUE, ...target }];
      await events("PutTargets", { Rule: name, EventBusName: bus, Targets });
    },

    /** Puts one event on a bus. */
    async put(detail: unknown = {}, entry: object = {}): Promise<any> {
      const { Entries } = await events("PutEvents", {
        Entries: [{ Source: "shop", DetailType: "order", Detail: JSON.stringify(detail), ...entry }],
      });
      return Entries[0];
    },

    /** The bodies that queues received, parsed. */
    bodies: (): any[] => calls.map(({ input }) => JSON.parse(input.MessageBody)),
  };
}
