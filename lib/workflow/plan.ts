import { type Duration, milliseconds } from "../contract/duration.ts";
import { ENVELOPE_KEY } from "../contract/envelope.ts";
import type { EventContract } from "../contract/event.ts";
import { jsonSchemaOf } from "../contract/schema.ts";
import type { StepSpec } from "../contract/step.ts";
import { openBuilder } from "./builder.ts";
import type { Workflow } from "./define.ts";
import { type Block, nodesIn } from "./graph.ts";
import type { StepNode } from "./nodes/step.ts";
import { reference, refuseUnused } from "./proxy.ts";
import { DefinitionError, startRecording } from "./recording.ts";
import { eitherOf, type Shape, shapeOf } from "./shape.ts";
import { openSite } from "./site.ts";

/** A workflow as plain data: its graph, and in which order it runs. */
export interface Plan {
  readonly workflow: string;
  readonly on: readonly EventContract[];
  readonly deadline: Duration;
  readonly block: Block;
}

/** Step Functions' limit for the life of an execution. */
const LONGEST_DEADLINE: Duration = "365 days";

/** Calls a workflow's `run` and makes its plan. Throws a DefinitionError that says what to write instead. */
export function plan(workflow: Workflow): Plan {
  const { name, on, deadline, run } = workflow;
  if (milliseconds(deadline) > milliseconds(LONGEST_DEADLINE)) {
    throw new DefinitionError(
      `The deadline of workflow "${name}" is ${deadline}; an execution lives for a year at most.`,
    );
  }
  const recording = startRecording(name);
  const site = openSite(recording);
  const builder = openBuilder(site);
  try {
    const { block } = site.block(
      recording.scope.label,
      () =>
        run(
          builder,
          reference({
            expression: { kind: "event" },
            shape: eitherOf(on.map(payloadOf)),
            text: "event",
            recording,
            scope: recording.scope,
            place: `workflow "${name}"`,
            use: () => {},
          }),
        ),
      plan,
    );
    if (!block.order)
      throw new DefinitionError(`Workflow "${name}" does nothing. Use at least one step in "run".`);
    refuseUnused(recording);
    refuseTwins(name, stepsIn(block));
    return { workflow: name, on, deadline, block };
  } finally {
    recording.open = false;
  }
}

/** The steps that a workflow uses, each once, by name. */
export function stepsOf(workflow: Workflow): StepSpec[] {
  return stepsIn(plan(workflow).block);
}

/** The events that a workflow has to do with, each once: those that start it, then those that its steps may emit. */
export function eventsOf(workflow: Workflow): EventContract[] {
  return [...new Set([...workflow.on, ...stepsOf(workflow).flatMap(({ emits }) => emits)])];
}

/** Whether a workflow asks people. */
export function asksPeople(workflow: Workflow): boolean {
  return nodesIn(plan(workflow).block).some(({ kind }) => kind === "approval");
}

function payloadOf({ name, schema }: EventContract): Shape {
  const shape = shapeOf(jsonSchemaOf(schema, "output", `event "${name}"`));
  if (!shape.fields.includes(ENVELOPE_KEY)) return shape;
  throw new DefinitionError(
    `The field "${ENVELOPE_KEY}" of event "${name}" is reserved for the envelope. Rename yours.`,
  );
}

function stepsIn(block: Block): StepSpec[] {
  const steps = nodesIn(block).filter((node): node is StepNode => node.kind === "step");
  return [...new Set(steps.map(({ spec }) => spec))].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A queue and a worker belong to a step's name. */
function refuseTwins(workflow: string, steps: readonly StepSpec[]): void {
  const twin = steps.find(({ name }, at) => steps[at + 1]?.name === name);
  if (!twin) return;
  throw new DefinitionError(
    `Workflow "${workflow}" uses two different steps named "${twin.name}". Rename one, or use the same definition in both places.`,
  );
}
