import { beginsWithClaim, endsWithRun, type GroupedStep } from "../contract/groups/group.ts";
import { stepsOf } from "../workflow/composition.ts";
import { currentMachine } from "../workflow/current.ts";
import { expressOf } from "../workflow/express.ts";
import { isLongRunning, mayLeaveWork } from "../workflow/leaves-work.ts";
import { plan } from "../workflow/plan.ts";
import type { Machine } from "../workflow/states.ts";
import type { Workflow } from "../workflow/workflow.ts";
import { type Assumptions, numberFor } from "./assumptions.ts";
import type { Extent } from "./attempt.ts";
import { directionsOf, eventsOfRun } from "./directions.ts";
import { audited, LASTING } from "./operations/audit.ts";
import { collected, formed } from "./operations/batch.ts";
import type { Operation } from "./operations/operation.ts";
import { OUTSIDE_EVENT, WATCHED } from "./operations/outside-event.ts";
import { compensated, endedByWorker, failed, succeeded } from "./operations/run-end.ts";
import { accepted, acceptedAndStarted, type Finding, HANDED_OVER } from "./operations/run-start.ts";
import { PLACE_FREED, PLACE_TAKEN } from "./operations/shared-limit.ts";
import { unitsOf } from "./operations/units-of.ts";
import { entered, type Scenario, type Visits } from "./scenario.ts";
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

interface StateCost extends Visits {
  readonly name: string;
}

/** What starts a run: an event of a producer, or of the app itself, or the run of another workflow. */
export type Beginning = "outside" | "inside" | "called";

/** What an estimate takes from elsewhere than the workflow's definition. */
interface RunOptions {
  /** Names of the events that the app itself publishes. */
  readonly inside?: ReadonlySet<string>;
  /** Default: "inside" if the app itself publishes all events that start a run. */
  readonly beginning?: Beginning | undefined;
  /** Default: the workflow's own. */
  readonly machine?: Machine;
  /** Default: as the workflow is defined. */
  readonly express?: boolean;
}

/** The units of one run of a workflow. Pure: from its definition and the assumptions. */
export function runCost(
  workflow: Workflow,
  perEvent: Assumptions,
  extent: Extent,
  options: RunOptions = {},
): RunCost {
  const { inside = new Set(), machine = currentMachine(workflow), express = workflow.express } = options;
  const beginning = options.beginning ?? beginningOf(workflow, inside);
  const events = eventsOfRun(workflow, perEvent, extent);
  const given = { ...perEvent, payloadBytes: events * perEvent.payloadBytes };
  const straight = express && isStraight(workflow, given, extent);
  const begins = startsAtOnce(workflow, beginning) ? "at once" : "with a message";
  const directions = { inside, express: straight ? begins : undefined } as const;
  const path = walk(machine, directionsOf(workflow, given, extent, directions));
  const undoes = undoesEffects(path);
  const operations = [
    startOf(workflow, beginning, events, express),
    ...(workflow.sharedLimit ? [PLACE_TAKEN, PLACE_FREED] : []),
    ...(express && !straight ? HANDED_OVER : []),
    ...(straight ? [endedByWorker(endsWithLastStep(workflow))] : endOf(workflow, path, given, express)),
    ...(given.waitsLong && isLongRunning(plan(workflow).block) ? [LASTING] : []),
    audited(path.claims, given),
  ];
  // A failing state, and the execution that ends with it.
  const ending = entered(0, path.failed ? 2 : 0);
  return {
    units: sum([
      times(unitsOf(arrivalOf(workflow, beginning), perEvent), events),
      unitsOf(operations, given),
      ending,
      path.run,
      // One state iterates over the effects to undo.
      ...(undoes ? [path.undoing, entered(1)] : []),
    ]),
    plain: sum([
      times(unitsOf(beginning === "outside" ? [OUTSIDE_EVENT] : [], perEvent), events),
      ending,
      path.plain,
      ...(undoes ? [path.plainUndoing] : []),
    ]),
    models: { calls: path.modelCalls, dollars: path.modelDollars },
    states: [...path.states]
      .map(([name, visits]) => ({ name, ...visits }))
      .toSorted((a, b) => b.dollars - a.dollars),
  };
}

function beginningOf({ on }: Workflow, inside: ReadonlySet<string>): Beginning {
  return on.every(({ name }) => inside.has(name)) ? "inside" : "outside";
}

/** What each event that starts a run costs before the run starts. */
function arrivalOf(workflow: Workflow, beginning: Beginning): Operation[] {
  const watched = workflow.delivery.ledger === "none" ? [] : [WATCHED];
  const arrivals: Record<Beginning, Operation[]> = {
    outside: [OUTSIDE_EVENT, ...watched],
    inside: watched,
    called: [],
  };
  const isCollected = startsWithBatch(workflow, beginning);
  return [...arrivals[beginning], ...(isCollected ? [collected(findingOf(workflow, beginning))] : [])];
}

function startOf(workflow: Workflow, beginning: Beginning, events: number, express: boolean): Operation {
  if (startsWithBatch(workflow, beginning)) return formed(events);
  const finding = findingOf(workflow, beginning);
  const atOnce = startsAtOnce(workflow, beginning);
  if (!express || !atOnce) return accepted(finding, atOnce);
  const { steps, first } = outerSteps(workflow);
  return acceptedAndStarted(finding, beginsWithClaim({ steps }, first));
}

function endsWithLastStep(workflow: Workflow): boolean {
  const { steps, last } = outerSteps(workflow);
  return endsWithRun({ steps }, last);
}

/** A run that may have to wait for its turn, or for the others of its batch, is accepted first. */
function startsAtOnce(workflow: Workflow, beginning: Beginning): boolean {
  return !workflow.perKey && !workflow.sharedLimit && !startsWithBatch(workflow, beginning);
}

/** The steps of an express run, and what the first and the last of them are declared as. */
function outerSteps(workflow: Workflow) {
  const { steps } = expressOf({ ...workflow, express: true })!;
  const declared = (use: GroupedStep) => stepsOf(workflow).find(({ name }) => name === use.step)!;
  return { steps, first: declared(steps[0]!), last: declared(steps.at(-1)!) };
}

/** A run that another one calls is not part of a batch. */
function startsWithBatch({ batch }: Workflow, beginning: Beginning): boolean {
  return batch !== undefined && beginning !== "called";
}

/** The end of a run that has an execution. */
function endOf(workflow: Workflow, path: Scenario, given: Assumptions, express: boolean): Operation[] {
  const { claims } = path;
  if (undoesEffects(path)) return compensated(claims, given);
  if (path.failed) return [failed(claims, given)];
  // A run that was handed over has begun without its execution, and its claims are read.
  return [succeeded(claims, given, express || mayLeaveWork(plan(workflow)))];
}

function undoesEffects({ failed, undoing }: Scenario): boolean {
  return failed && undoing.stateTransitions > 0;
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
