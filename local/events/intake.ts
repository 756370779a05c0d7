import type { Kernel } from "../kernel/kernel.ts";
import type { Archive } from "./archives.ts";
import type { Arrival } from "./arrival.ts";
import type { Deliveries } from "./deliveries.ts";
import type { Delivery } from "./delivery.ts";
import type { BusEvent } from "./event.ts";
import type { RoutedRule, Router } from "./router.ts";

/** How a change publishes events; they are part of the change. */
export interface Inlet {
  /** Publishes an event to everything on the bus that matches it. */
  accept(bus: string, event: BusEvent, arrival?: Arrival): void;
  /** Delivers an event to one rule, whatever its pattern. */
  trigger(rule: RoutedRule, event: BusEvent): void;
}

/** The entrance of every event to a bus: PutEvents, a schedule, another bus, a replay. */
export class Intake {
  private readonly kernel: Kernel;
  private readonly router: Router;
  private readonly deliveries: Deliveries;
  private readonly archive: Archive;

  constructor(kernel: Kernel, router: Router, deliveries: Deliveries, archive: Archive) {
    this.kernel = kernel;
    this.router = router;
    this.deliveries = deliveries;
    this.archive = archive;
  }

  /**
   * Makes all of `change` permanent or nothing, including archived events and deliveries. Then the deliveries
   * begin.
   */
  atomically<T>(change: (inlet: Inlet) => T): T {
    const recorded: Delivery[] = [];
    const inlet: Inlet = {
      accept: (bus, event, arrival = {}) => {
        recorded.push(...this.accept(bus, event, arrival));
      },
      trigger: (rule, event) => {
        recorded.push(...this.deliveries.record(rule, JSON.stringify(event)));
      },
    };
    const result = this.kernel.store.atomically(() => change(inlet));
    this.deliveries.begin(recorded);
    return result;
  }

  private accept(bus: string, event: BusEvent, arrival: Arrival): Delivery[] {
    const { rules: only } = arrival;
    const { rules, archives } = this.router.match(bus, event);
    if (rules.length === 0 && archives.length === 0) return [];
    const text = JSON.stringify(event);
    for (const archive of archives) this.archive(archive, event, text);
    return rules
      .filter((rule) => !only || only.has(rule.arn))
      .flatMap((rule) => this.deliveries.record(rule, text, arrival));
  }
}
