import { DefinitionError } from "../contract/definition-error.ts";
import { type Duration, milliseconds } from "../contract/duration.ts";
import { ENVELOPE_KEY } from "../contract/envelope.ts";
import type { EventContract } from "../contract/event.ts";
import type { Batch } from "../contract/event-batch.ts";
import { jsonSchemaOf } from "../contract/schema.ts";
import type { StepSpec } from "../contract/step.ts";
import { defaultsOf } from "../contract/switches.ts";
import { openBuilder } from "./builder.ts";
import { type Cancellation, cancellationsOf } from "./cancel.ts";
import { checkJsonata } from "./checks/check-jsonata.ts";
import { rejectUnused } from "./checks/reject-unused.ts";
import type { Block, StepNode } from "./graph.ts";
import { reference, refuseUnused } from "./proxy.ts";
import { startRecording } from "./recording.ts";
import { anything, eitherOf, listOf, optionally, recordOf, type Shape, scalar, shapeOf } from "./shape.ts";
import { openSite } from "./site.ts";
import { startRules } from "./start-rules.ts";
import { nodesIn } from "./traverse.ts";
import type { Workflow } from "./workflow.ts";

/** A workflow as plain data: its graph, and the order in which it runs. */
export interface Plan {
  readonly workflow: string;
  readonly on: readonly EventContract[];
  readonly deadline: Duration;
  /** When runs start, one sentence per rule. */
  readonly startRules: readonly string[];
  readonly cancelOn: readonly Cancellation[];
  readonly block: Block;
}

/** Step Functions' limit for the duration of an execution. */
const LONGEST_DEADLINE: Duration = "365 days";

interface Planned {
  readonly plan: Plan;
  /** The shape of the workflow's output. */
  readonly output: Shape;
  /**
   * Workflows whose outputs are unknown while they are being planned: a cycle of calls would depend on which
   * of them is planned first.
   */
  readonly circular: boolean;
}

/** A definition does not change after it is made, so its `run` is called once. */
const known = new WeakMap<Workflow, Planned>();

/** Calls a workflow's `run`, once, and makes its plan. Throws a DefinitionError that says what to write instead. */
export function plan(workflow: Workflow): Plan {
  return planWithin(workflow, []).plan;
}

function planWithin(workflow: Workflow, callers: readonly Workflow[]): Planned {
  const before = known.get(workflow);
  if (before && (callers.length === 0 || !before.circular)) return before;
  let circular = false;
  const made = makePlan(workflow, (child) => {
    circular ||= callers.includes(child);
    // The output of a workflow that calls itself is unknown before it is planned.
    if (child === workflow || callers.includes(child)) return optionally(anything);
    const called = planWithin(child, [...callers, workflow]);
    circular ||= called.circular;
    return called.output;
  });
  const planned = { ...made, circular };
  if (callers.length === 0 || !circular) known.set(workflow, planned);
  return planned;
}

function makePlan(workflow: Workflow, outputOf: (child: Workflow) => Shape): Omit<Planned, "circular"> {
  const { name, on, batch, deadline, cancelOn, switches, run } = workflow;
  if (milliseconds(deadline) > milliseconds(LONGEST_DEADLINE)) {
    throw new DefinitionError(`The deadline of workflow "${name}" is ${deadline}; the maximum is one year.`);
  }
  const recording = startRecording(name, checkJsonata);
  const site = openSite(recording, outputOf);
  const builder = openBuilder(site);
  try {
    const event = () =>
      reference<any>({
        expression: { kind: "event" },
        shape: startedBy(on, batch),
        text: "event",
        recording,
        scope: recording.scope,
        place: `workflow "${name}"`,
        use: () => {},
      });
    const chosen = () =>
      reference<any>({
        expression: { kind: "switches", defaults: defaultsOf(switches) },
        shape: recordOf(Object.fromEntries(Object.keys(switches).map((one) => [one, scalar]))),
        text: "switches",
        recording,
        scope: recording.scope,
        place: `workflow "${name}"`,
        use: () => {},
      });
    const { block, shape } = site.block(recording.scope.label, () => run(builder, event(), chosen()), plan);
    const cancellations = cancellationsOf(name, cancelOn, event);
    if (!block.order)
      throw new DefinitionError(`Workflow "${name}" has no step. Use at least one step in "run".`);
    refuseUnused(recording);
    rejectUnused(name, block);
    refuseTwins(name, stepsIn(block));
    const rules = startRules(workflow);
    return {
      plan: { workflow: name, on, deadline, startRules: rules, cancelOn: cancellations, block },
      output: shape,
    };
  } finally {
    recording.open = false;
  }
}

/** The steps that a workflow uses, each once, by name; including those that undo others. */
export function stepsOf(workflow: Workflow): StepSpec[] {
  return stepsIn(plan(workflow).block);
}

/** The steps by which a workflow undoes others, each once, by name. */
export function undoStepsOf(workflow: Workflow): StepSpec[] {
  return unique(usesIn(plan(workflow).block).flatMap(({ undo }) => undo ?? []));
}

/**
 * The events of a workflow, each once: those that start it, then those that its steps may emit, then those
 * that its runs wait for.
 */
export function eventsOf(workflow: Workflow): EventContract[] {
  const emitted = stepsOf(workflow).flatMap(({ emits }) => emits);
  return [...new Set([...workflow.on, ...emitted, ...awaitedEvents(workflow)])];
}

/** The events that runs of a workflow wait for, or that cancel them, each once. */
export function awaitedEvents(workflow: Workflow): EventContract[] {
  const { block, cancelOn } = plan(workflow);
  const waits = nodesIn(block).filter((node) => node.kind === "wait");
  return [...new Set([...cancelOn, ...waits].map(({ event }) => event))];
}

/** What a run reads: the payload of its event, or those of its batch. */
function startedBy(on: readonly EventContract[], batch: Batch | undefined): Shape {
  const payload = eitherOf(on.map(payloadOf));
  return batch ? recordOf({ key: scalar, events: listOf(() => payload, batch.size) }) : payload;
}

function payloadOf({ name, schema }: EventContract): Shape {
  const shape = shapeOf(jsonSchemaOf(schema, "output", `event "${name}"`));
  if (!shape.fields.includes(ENVELOPE_KEY)) return shape;
  throw new DefinitionError(
    `The field "${ENVELOPE_KEY}" of event "${name}" is reserved for the envelope. Rename yours.`,
  );
}

function stepsIn(block: Block): StepSpec[] {
  return unique(usesIn(block).flatMap(({ spec, undo }) => (undo ? [spec, undo] : [spec])));
}

function usesIn(block: Block): StepNode[] {
  return nodesIn(block).filter((node) => node.kind === "step");
}

function unique(steps: readonly StepSpec[]): StepSpec[] {
  return [...new Set(steps)].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A queue and a worker belong to a step's name. */
function refuseTwins(workflow: string, steps: readonly StepSpec[]): void {
  const twin = steps.find(({ name }, at) => steps[at + 1]?.name === name);
  if (!twin) return;
  throw new DefinitionError(
    `Workflow "${workflow}" uses two different steps named "${twin.name}". Rename one, or use the same definition in both places.`,
  );
}
