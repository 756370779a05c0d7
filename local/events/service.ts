import type { Kernel } from "../kernel/kernel.ts";
import type { Service } from "../kernel/service.ts";
import { accessesByHttp } from "./accesses.ts";
import { Archives } from "./archives.ts";
import { Buses } from "./buses.ts";
import { Connections } from "./connections/connections.ts";
import { connectionOperations } from "./connections/operations.ts";
import { Deliveries } from "./deliveries.ts";
import { Destinations } from "./destinations/destinations.ts";
import { Invoker } from "./destinations/invoke.ts";
import { destinationOperations } from "./destinations/operations.ts";
import { Intake } from "./intake.ts";
import { eventOperations } from "./put-events.ts";
import { Replays } from "./replays.ts";
import { Router } from "./router.ts";
import { targetOperations } from "./rule-targets.ts";
import { Rules } from "./rules.ts";
import { Scheduler } from "./scheduler.ts";
import { sender } from "./send.ts";
import { TABLES } from "./tables.ts";
import { tagOperations } from "./tags.ts";
import { validation } from "./validation.ts";

/** EventBridge. `log` receives a line for each event that could not be delivered and has no dead-letter queue. */
export function eventsService(
  kernel: Kernel,
  log: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): Service {
  kernel.store.define(TABLES);
  const buses = new Buses(kernel);
  const router = new Router(kernel);
  const archives = new Archives(kernel, buses, router);
  const connections = new Connections(kernel);
  const destinations = new Destinations(kernel, connections);
  const invoker = new Invoker(kernel, connections, destinations);
  const send = sender(kernel, invoker, (busArn, event, { trace }) => {
    const bus = buses.existing(busArn);
    intake.atomically(({ accept }) => accept(bus, event, { trace, forwarded: true }));
  });
  const deliveries = new Deliveries(kernel, send, (bus, rule) => router.ruleArn(bus, rule), log);
  const intake = new Intake(kernel, router, deliveries, archives.keep);
  const scheduler = new Scheduler(kernel, router, intake);
  const rules = new Rules(kernel, buses, router, scheduler);
  const replays = new Replays(kernel, buses, archives, intake);

  const mustExist = (arn: string) => {
    const [, rule] = /:rule\/(.+)$/.exec(arn) ?? [];
    const [, bus] = /:event-bus\/(.+)$/.exec(arn) ?? [];
    if (rule !== undefined) {
      const slash = rule.lastIndexOf("/");
      rules.existing(slash < 0 ? "default" : rule.slice(0, slash), rule.slice(slash + 1));
    } else if (bus !== undefined) {
      buses.existing(bus);
    } else {
      throw validation(
        `Parameter ResourceARN is not valid. Reason: ${arn} is no ARN of a rule or an event bus.`,
      );
    }
  };

  return {
    name: "events",
    operations: {
      ...eventOperations(kernel, buses, intake),
      ...buses.operations((bus) => {
        rules.refuseBusInUse(bus);
        archives.refuseBusInUse(bus);
        router.busDeleted(bus);
      }),
      ...rules.operations(),
      ...targetOperations(kernel, buses, router, rules),
      ...archives.operations(),
      ...replays.operations(),
      ...connectionOperations(kernel.store, connections),
      ...destinationOperations(kernel.store, connections, destinations, invoker),
      ...tagOperations(kernel.store, mustExist),
    },
    accesses: accessesByHttp(kernel, connections, destinations),
    policyOf: (arn) => buses.policyOf(arn),
    start() {
      archives.start();
      deliveries.start();
      scheduler.start();
      replays.start();
    },
    async stop() {
      archives.stop();
      scheduler.stop();
      replays.stop();
      deliveries.stop();
    },
  };
}
