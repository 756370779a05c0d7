import type { ReactionSpec } from "../contract/reaction.ts";
import { stepsOf } from "../workflow/composition.ts";
import { currentMachine } from "../workflow/current.ts";
import { isLongRunning, mayLeaveWork } from "../workflow/leaves-work.ts";
import { plan } from "../workflow/plan.ts";
import type { Machine } from "../workflow/states.ts";
import type { Workflow } from "../workflow/workflow.ts";
import { type Assumptions, numberFor } from "./assumptions.ts";
import { asked, type Extent, emittedBy, plainTry, reachedBy } from "./attempt.ts";
import { directionsOf, eventsOfRun } from "./directions.ts";
import { audited, LASTING } from "./operations/audit.ts";
import { collected, formed } from "./operations/batch.ts";
import type { Operation } from "./operations/operation.ts";
import { OUTSIDE_EVENT, WATCHED } from "./operations/outside-event.ts";
import { handled } from "./operations/reaction.ts";
import { compensated, ENDED_BY_WORKER, failed, succeeded } from "./operations/run-end.ts";
import { accepted, acceptedAndStarted, type Finding, HANDED_OVER } from "./operations/run-start.ts";
import { PLACE_FREED, PLACE_TAKEN } from "./operations/shared-limit.ts";
import { several } from "./operations/step.ts";
import { unitsOf } from "./operations/units-of.ts";
import { entered, type Visits } from "./scenario.ts";
import { sum, times, type Units } from "./units.ts";
import { walk } from "./walk.ts";

/** The operations of one run, and those of the same steps as a plain state machine of Lambda tasks. */
export interface RunCost {
  readonly units: Units;
  readonly plain: Units;
  /** Calls of models, and their assumed cost in dollars. */
  readonly models: { readonly calls: number; readonly dollars: number };
  /** The entered states and the cost of each, the most expensive first; none for a reaction. */
  readonly states: readonly StateCost[];
}

export interface StateCost extends Visits {
  readonly name: string;
}

/** What starts the run: an event of a producer, or of the app itself, or the run of another workflow. */
export type Beginning = "outside" | "inside" | "called";

/** The units of one run of a workflow. Pure: from its definition and the assumptions. */
export function runCost(
  workflow: Workflow,
  given: Assumptions,
  extent: Extent,
  inside: ReadonlySet<string> = new Set(),
  beginning: Beginning = workflow.on.every(({ name }) => inside.has(name)) ? "inside" : "outside",
  run: Machine = currentMachine(workflow),
  express = workflow.express,
): RunCost {
  const events = eventsOfRun(workflow, given, extent);
  const perEvent = given;
  given = { ...given, payloadBytes: events * given.payloadBytes };
  const straight = express && isStraight(workflow, given, extent);
  const { claims, modelCalls, modelDollars, states, ...way } = walk(
    run,
    directionsOf(workflow, given, extent, inside, straight),
  );
  const undoes = way.failed && way.undoing.stateTransitions > 0;
  const watched = workflow.delivery.ledger === "none" ? [] : [WATCHED];
  const came: Record<Beginning, Operation[]> = {
    outside: [OUTSIDE_EVENT, ...watched],
    inside: watched,
    called: [],
  };
  const collects = workflow.batch && beginning !== "called";
  const arrivals = [...came[beginning], collects ? collected(findingOf(workflow, beginning)) : []].flat();
  // A run that may have to wait for its turn is accepted first.
  const admitted = express && !workflow.perKey && !workflow.sharedLimit ? acceptedAndStarted : accepted;
  const begun = collects ? formed(events) : admitted(findingOf(workflow, beginning));
  const placed = workflow.sharedLimit ? [PLACE_TAKEN, PLACE_FREED] : [];
  const lasting = given.waitsLong && isLongRunning(plan(workflow).block) ? [LASTING] : [];
  // A run that was handed over has begun without its execution, and its claims are read.
  const readsClaims = express || mayLeaveWork(plan(workflow));
  const ended = way.failed ? failed(claims, given) : succeeded(claims, given, readsClaims);
  const over = undoes ? compensated(claims, given) : [straight ? ENDED_BY_WORKER : ended];
  const handedOver = express && !straight ? HANDED_OVER : [];
  // One state iterates over the effects to undo.
  const undone = undoes ? [way.undoing, entered(1)] : [];
  // A failing state, and the execution that ends with it.
  const ending = entered(0, way.failed ? 2 : 0);
  return {
    units: sum([
      times(unitsOf(arrivals, perEvent), events),
      unitsOf([begun, ...placed, ...handedOver, ...over, ...lasting, audited(claims, given)], given),
      ending,
      way.run,
      ...undone,
    ]),
    plain: sum([
      times(unitsOf(beginning === "outside" ? [OUTSIDE_EVENT] : [], perEvent), events),
      ending,
      way.plain,
      ...(undoes ? [way.plainUndoing] : []),
    ]),
    models: { calls: modelCalls, dollars: modelDollars },
    states: [...states]
      .map(([name, visits]) => ({ name, ...visits }))
      .toSorted((a, b) => b.dollars - a.dollars),
  };
}

function findingOf({ on, perKey, delivery }: Workflow, beginning: Beginning): Finding {
  return {
    byKey: perKey !== undefined || [on].flat().some(({ key }) => key !== undefined),
    // An event of a step has the correlation of an earlier event.
    byDelivery: delivery.ledger !== "none" && beginning === "outside",
  };
}

/** Whether every step of a run succeeds at its first attempt, so that an express run needs no execution. */
function isStraight(workflow: Workflow, { failures, failsAt }: Assumptions, extent: Extent): boolean {
  if (extent === "worst" || failsAt !== undefined) return false;
  return stepsOf(workflow).every(({ name }) => numberFor(name, failures) === 0);
}

/** The same for an event that a reaction handles; the plain alternative is a function that reads a queue. */
export function handlingCost(
  reaction: ReactionSpec,
  given: Assumptions,
  extent: Extent,
  inside: ReadonlySet<string> = new Set(),
): RunCost {
  const emitted = emittedBy(reaction, given, extent);
  const outside = reaction.on.every(({ name }) => inside.has(name)) ? [] : [OUTSIDE_EVENT];
  const watched = reaction.delivery.ledger === "none" ? [] : [WATCHED];
  const done = [handled(reaction, emitted, given), audited(1, given), ...reachedBy(reaction, given, "none")];
  const plain = [...outside, ...several(OUTSIDE_EVENT, emitted), { messages: { standard: 1 } }];
  const { modelCalls, modelDollars } = asked(reaction, 1, given);
  return {
    units: unitsOf([...outside, ...watched, ...done], given),
    plain: plainTry(reaction, given, plain),
    models: { calls: modelCalls, dollars: modelDollars },
    states: [],
  };
}

/** Names of the events that an app's steps and reactions emit. */
export function insideEvents(
  workflows: readonly Workflow[],
  reactions: readonly ReactionSpec[] = [],
): Set<string> {
  return new Set(
    [...workflows.flatMap(stepsOf), ...reactions].flatMap(({ emits }) => emits.map(({ name }) => name)),
  );
}
