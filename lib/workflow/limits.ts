import { DATA_LIMITS } from "../../aws-limits/data-limits.ts";
import { DefinitionError } from "../contract/definition-error.ts";
import { walkOrder } from "./arrange.ts";
import { CANCELLATION_EVENTS } from "./cancel.ts";
import { SIGNAL_EVENTS, WAIT_EVENTS } from "./crossing.ts";
import type { Block, Order } from "./graph.ts";
import { kindOf } from "./nodes/index.ts";
import type { Plan } from "./plan.ts";

/** Step Functions stops an execution with a longer history. */
const LONGEST_HISTORY = DATA_LIMITS.historyEvents.most;
/** Events of an execution itself: started, and ended. */
const OWN_EVENTS = 2;

/** Throws if a run could write more history than an execution may have. */
export function refuseLongHistory(plan: Plan): void {
  const events = mostEvents(plan);
  if (events <= LONGEST_HISTORY) return;
  throw new DefinitionError(
    `A run of workflow "${plan.workflow}" could write ${events} history events; Step Functions ends an execution at ${LONGEST_HISTORY}. Lower the maxItems of the lists in w.each, or the "most" of w.each and w.repeat. Or do more in one step, or run each item with w.child, which has its own history.`,
  );
}

/** The maximum number of events in a run's history, if every step needs all of its attempts. */
export function mostEvents({ cancelOn, block }: Plan): number {
  return OWN_EVENTS + cancelOn.length * CANCELLATION_EVENTS + eventsIn(block);
}

/** The same for a block. */
export function eventsIn({ nodes, order }: Block): number {
  const own = nodes.reduce((sum, node) => sum + kindOf(node).events(node, eventsIn), 0);
  return order ? [...walkOrder(order)].reduce((sum, part) => sum + ORDER_EVENTS[part.kind], own) : own;
}

/**
 * The history events of an order, in addition to those of its nodes. A Parallel is entered, started,
 * succeeded, exited.
 */
const ORDER_EVENTS: Record<Order["kind"], number> = {
  node: 0,
  sequence: 0,
  parallel: 4,
  wait: WAIT_EVENTS,
  signal: SIGNAL_EVENTS,
  // Fewer than its steps have separately, each with all of its attempts.
  group: 0,
};
