import { virtualClock } from "../../local/kernel/clock.ts";
import { Kernel } from "../../local/kernel/kernel.ts";
import { seededRandom } from "../../local/kernel/random.ts";
import type { Operation } from "../../local/kernel/service.ts";
import { Store } from "../../local/kernel/store.ts";

/** 2026-11-21T07:00:30Z */
export const START = Date.UTC(2026, 10, 21, 7, 0, 30);
export const QUEUE = "arn:aws:sqs:us-east-1:000000000000:orders";
export const DEAD = "arn:aws:sqs:us-east-1:000000000000:dead";

/** What a stand-in was asked, by whom and when. */
export interface Call {
  operation: string;
  input: any;
  caller: string;
  time: string;
}

export interface Situation {
  store?: Store;
  /** Milliseconds since the epoch. */
  start?: number;
  seed?: number;
  /** Receives what the kernel reports; by default a report is an error of the test. */
  report?: (line: string) => void;
}

function refuse(line: string): never {
  throw new Error(line);
}

/**
 * A kernel on virtual time, for the tests of one engine: the services that it calls (name → operations) are stand-ins
 * that record their calls and answer by `behaviour.answer`.
 */
export function amongStandIns(
  services: Record<string, string[]>,
  { store = Store.open(":memory:"), start = START, seed = 1, report = refuse }: Situation = {},
) {
  const clock = virtualClock(start);
  const kernel = new Kernel({
    clock,
    random: seededRandom(seed),
    store,
    endpoint: "http://127.0.0.1:4566",
    report,
  });
  const calls: Call[] = [];
  const log: string[] = [];
  const behaviour: { answer: (call: Call) => unknown } = { answer: () => ({}) };
  const recorder = (operation: string): Operation => {
    return (input, { caller }) => {
      const call = { operation, input, caller, time: new Date(clock.now()).toISOString() };
      calls.push(call);
      return behaviour.answer(call);
    };
  };
  for (const [name, operations] of Object.entries(services)) {
    kernel.register({
      name,
      operations: Object.fromEntries(operations.map((operation) => [operation, recorder(operation)])),
    });
  }

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
    behaviour,
    settle,
    /** Lines of an engine that was given `writeLog`. */
    log,
    writeLog: (line: string): void => void log.push(line),

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
  };
}
