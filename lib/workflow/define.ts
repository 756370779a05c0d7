import type { Duration } from "../contract/duration.ts";
import type { DataOf, EventContract } from "../contract/event.ts";
import { LONGEST_WORKFLOW_NAME } from "../contract/keys.ts";
import type { WorkflowBuilder } from "./builder.ts";
import type { Ref } from "./ref.ts";

// Intake imports a workflow for its events alone, so nothing here may reach the builder or the compiler.

type On = EventContract | readonly EventContract[];
type Trigger<O extends On> = O extends readonly EventContract[]
  ? O[number]
  : O extends EventContract
    ? O
    : never;

interface WorkflowOptions<O extends On> {
  /** The event that starts a run, or several. */
  on: O;
  /** How long a run may take. @default "30 days" */
  deadline?: Duration;
  /** Describes the run by references; what it returns is the run's output. Called once, when the plan is made. */
  run: (w: WorkflowBuilder, event: Ref<DataOf<Trigger<O>>>) => unknown;
}

/** A workflow: the events that start it, and how its graph is described. */
export interface Workflow<Name extends string = string> {
  readonly name: Name;
  readonly on: readonly EventContract[];
  readonly deadline: Duration;
  readonly run: (w: WorkflowBuilder, event: Ref<any>) => unknown;
}

const DEFAULT_DEADLINE: Duration = "30 days";

const NAME = /^[a-z][a-z0-9-]*$/;

/** Declares a workflow. Throws a TypeError where the name or the events are not usable. */
export function defineWorkflow<const Name extends string, const O extends On>(
  name: Name,
  { on, deadline = DEFAULT_DEADLINE, run }: WorkflowOptions<O>,
): Workflow<Name> {
  if (!NAME.test(name) || name.length > LONGEST_WORKFLOW_NAME) {
    throw new TypeError(
      `The workflow name "${name}" must have up to ${LONGEST_WORKFLOW_NAME} lower-case letters, digits and dashes, and begin with a letter.`,
    );
  }
  const events: readonly EventContract[] = [on].flat();
  const names = events.map((event) => event.name);
  const repeated = names.find((event, at) => names.indexOf(event) !== at);
  if (events.length === 0)
    throw new TypeError(`Workflow "${name}" starts on no event. Name at least one in "on".`);
  if (repeated)
    throw new TypeError(`Workflow "${name}" names the event "${repeated}" twice in "on". Once is enough.`);
  return { name, on: events, deadline, run };
}
