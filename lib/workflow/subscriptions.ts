import type { DeliverySpec } from "../contract/delivery.ts";
import { seconds } from "../contract/duration.ts";
import type { ReactionSpec } from "../contract/reaction.ts";
import { WAITS_SUBSCRIBER } from "../contract/reserved.ts";
import { awaitedEvents } from "./composition.ts";
import type { Workflow } from "./workflow.ts";

/** A subscription: one for each rule that sends published events to a subscriber's queue. */
export interface Subscription {
  /** The workflow, the reaction, or the subscriber of events that runs of all workflows wait for. */
  subscriber: string;
  kind: "workflow" | "reaction" | "waits";
  /** Name of the event. */
  event: string;
  /** The subscriber's own pattern, as EventBridge's constructs write it. */
  pattern: { detailType: string[]; detail?: Record<string, unknown> };
  /** Seconds after which a delivery is overdue. */
  within: number;
  ledger: DeliverySpec["ledger"];
}

/** The subscriptions of an app: who must receive which events. */
export function subscriptionsOf(
  workflows: readonly Workflow[],
  reactions: readonly ReactionSpec[] = [],
): Subscription[] {
  return [
    ...workflows.flatMap(({ name, on, delivery }) =>
      on.map((event) => subscription(name, "workflow", event.name, delivery)),
    ),
    ...reactions.flatMap(({ name, on, where, delivery }) =>
      on.map((event) => subscription(name, "reaction", event.name, delivery, where)),
    ),
    ...awaited(workflows),
  ];
}

/**
 * One queue receives an event for all runs that wait for it, with the shortest deadline of their workflows.
 */
function awaited(workflows: readonly Workflow[]): Subscription[] {
  const found = new Map<string, Subscription>();
  for (const workflow of workflows) {
    for (const { name } of awaitedEvents(workflow)) {
      const mine = subscription(WAITS_SUBSCRIBER, "waits", name, workflow.delivery);
      const other = found.get(name);
      if (!other || other.ledger === "none") found.set(name, mine);
      else if (mine.ledger !== "none" && mine.within < other.within) found.set(name, mine);
    }
  }
  return [...found.values()];
}

function subscription(
  subscriber: string,
  kind: Subscription["kind"],
  event: string,
  { within, ledger }: DeliverySpec,
  where?: object,
): Subscription {
  const pattern = { detailType: [event], ...(where && { detail: where as Record<string, unknown> }) };
  return { subscriber, kind, event, pattern, within: seconds(within), ledger };
}
