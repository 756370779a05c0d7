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
import type { Block } from "./graph.ts";
import { stepsIn } from "./needs.ts";
import { reference, refuseUnused } from "./proxy.ts";
import { startRecording } from "./recording.ts";
import { anything, eitherOf, listOf, optionally, recordOf, type Shape, scalar, shapeOf } from "./shape.ts";
import { openSite } from "./site.ts";
import { startRules } from "./start-rules.ts";
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
}

/** A definition does not change after it is made, so its `run` is called once. */
const known = new WeakMap<Workflow, Planned>();

/** Calls a workflow's `run`, once, and makes its plan. Throws a DefinitionError that says what to write instead. */
export function plan(workflow: Workflow): Plan {
  return planned(workflow, new Map()).plan;
}

/** A workflow whose `run` has been called, while the circle of calls that it may be part of is not complete. */
interface Begun {
  readonly position: number;
  /** The position of the earliest workflow that its calls lead back to. */
  earliest: number;
  planned?: Planned;
}

/**
 * Plans a workflow, and first those that it calls. `begun` is the stack of Tarjan's algorithm (1972), which finds the circles of
 * calls: within one, no output is known before the others, so that each is unknown to all of them, whichever is planned first.
 */
function planned(workflow: Workflow, begun: Map<Workflow, Begun>): Planned {
  const before = known.get(workflow);
  if (before) return before;
  const own: Begun = { position: begun.size, earliest: begun.size };
  begun.set(workflow, own);
  own.planned = makePlan(workflow, (called) => {
    const ofCalled = begun.has(called) ? undefined : planned(called, begun);
    const inCircle = begun.get(called);
    if (!inCircle) return ofCalled!.output;
    own.earliest = Math.min(own.earliest, inCircle.earliest);
    return optionally(anything);
  });
  if (own.earliest === own.position) {
    for (const [member, { position, planned }] of begun) {
      if (position < own.position) continue;
      known.set(member, planned!);
      begun.delete(member);
    }
  }
  return own.planned;
}

function makePlan(workflow: Workflow, outputOf: (called: Workflow) => Shape): Planned {
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

/** A queue and a worker belong to a step's name. */
function refuseTwins(workflow: string, steps: readonly StepSpec[]): void {
  const twin = steps.find(({ name }, at) => steps[at + 1]?.name === name);
  if (!twin) return;
  throw new DefinitionError(
    `Workflow "${workflow}" uses two different steps named "${twin.name}". Rename one, or use the same definition in both places.`,
  );
}
