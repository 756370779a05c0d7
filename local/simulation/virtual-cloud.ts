import type { Deployment } from "../assembly/deploy.ts";
import type { Engines } from "../cloud/composition.ts";
import { dynamodbService } from "../dynamodb/service.ts";
import { eventsService } from "../events/service.ts";
import { type VirtualClock, virtualClock } from "../kernel/clock.ts";
import { Kernel } from "../kernel/kernel.ts";
import { type Random, seededRandom } from "../kernel/random.ts";
import type { Store } from "../kernel/store.ts";
import type { LogLine } from "../lambda/log.ts";
import { lambdaService } from "../lambda/service.ts";
import { sqsService } from "../sqs/service.ts";
import { toMilliseconds } from "./duration.ts";
import { unannouncedEvents } from "./events.ts";
import { type Faults, Misfortune } from "./faults.ts";
import { Gate } from "./gate.ts";
import type { HandlerFactory } from "./handlers.ts";
import { outboundOf } from "./outbound.ts";
import { unreliableQueues } from "./queues.ts";
import { quiet } from "./quiet.ts";
import { simulationRunner } from "./runner.ts";
import { Switchboard } from "./switchboard.ts";
import { staleTables } from "./tables.ts";

export interface VirtualCloudOptions {
  seed: string | number;
  /** When time begins, epoch milliseconds. */
  start: number;
  store: Store;
  account: string | undefined;
  region: string | undefined;
  faults: Faults;
  onLog: ((line: LogLine) => void) | undefined;
  report: ((line: string) => void) | undefined;
}

/** A cloud in this process with virtual time, before anything is deployed in it. */
export interface VirtualCloud {
  kernel: Kernel;
  clock: VirtualClock;
  gate: Gate;
  switchboard: Switchboard;
  /** The engines that are others here than in a cloud with real time. */
  engines: Engines;
  /** What runs instead of a function's code, by the function's physical name. */
  standIns: Map<string, HandlerFactory>;
  /** What goes wrong with calls; nothing at first. */
  misfortune: Misfortune;
  /** A source of randomness of its own. */
  drawn(purpose: string): Random;
  close(): Promise<void>;
}

/** The place at the gate after those of all environments. */
const LAST = Number.MAX_SAFE_INTEGER;
const ENDPOINT = "http://localhost:4566";

export function openVirtualCloud({
  seed,
  start,
  store,
  faults,
  onLog,
  ...place
}: VirtualCloudOptions): VirtualCloud {
  const clock = virtualClock(start);
  const random = seededRandom(seed);
  const kernel = new Kernel({ clock, random, store, endpoint: ENDPOINT, ...place });
  const drawn = (purpose: string) => seededRandom(`${seed}:${purpose}`);
  const order = drawn("order");
  const gate = new Gate((waiting) => (faults.interleave ? Math.floor(order.fraction() * waiting) : 0));
  const switchboard = new Switchboard(kernel, (call) => cloud.misfortune.judge(call));
  kernel.outbound = outboundOf(switchboard);
  kernel.whenIdle = () => gate.pass(LAST);
  const standIns = new Map<string, HandlerFactory>();
  const runner = simulationRunner({
    clock,
    gate,
    switchboard,
    random: (environment) => drawn(`environment ${environment}`),
    handlers: standIns,
    skew: toMilliseconds(faults.skew ?? 0),
  });
  const cloud: VirtualCloud = {
    kernel,
    clock,
    gate,
    switchboard,
    engines: {
      sqs: () => unreliableQueues(kernel, sqsService(kernel), faults, drawn("queues")),
      dynamodb: () => staleTables(kernel, dynamodbService(kernel), faults, drawn("tables")),
      events: () => unannouncedEvents(eventsService(kernel), faults, drawn("events")),
      lambda: () => lambdaService(kernel, { runner, onLog }),
    },
    standIns,
    misfortune: new Misfortune([], random, clock.now),
    drawn,
    async close() {
      await stop(kernel);
      store.close();
    },
  };
  return cloud;
}

/** Ends running work. Unfinished work is in the store. */
export async function stop(kernel: Kernel): Promise<void> {
  for (const service of kernel.all()) service.pause?.();
  await Promise.all(kernel.all().map((service) => service.stop?.()));
  await quiet();
}

/** Waits for a deployment in a cloud. Time moves only where the deployment waits for it. Closes the cloud where it fails. */
export async function deployed(cloud: VirtualCloud, deployment: Promise<Deployment>): Promise<Deployment> {
  const { clock, gate } = cloud;
  let isOver = false;
  const over = deployment.finally(() => {
    isOver = true;
  });
  over.catch(() => {}); // The waiter for the answer handles it.
  await gate.settled();
  for (let next = clock.next(); !isOver && next !== undefined; next = clock.next()) {
    clock.advanceTo(next);
    await gate.settled();
  }
  try {
    return await over;
  } catch (error) {
    await cloud.close();
    throw error;
  }
}
