import { toUsage } from "../contract/budget.ts";
import { DefinitionError } from "../contract/definition-error.ts";
import { deliverySpec } from "../contract/delivery.ts";
import { milliseconds } from "../contract/duration.ts";
import type { DataOf, EventContract } from "../contract/event.ts";
import type { EventBatch } from "../contract/event-batch.ts";
import { refuseOther } from "../contract/refuse-other.ts";
import { LONGEST_WORKFLOW_NAME } from "../contract/runs/execution-name.ts";
import { refuseSwitches, type Switches, type ValuesOf } from "../contract/switches.ts";
import type { WorkflowBuilder } from "./builder.ts";
import { refuseBatch } from "./checks/refuse-batch.ts";
import { refusePerKey } from "./checks/refuse-per-key.ts";
import { refuseSharedLimit } from "./checks/refuse-shared-limit.ts";
import { placeOf } from "./place.ts";
import type { Ref } from "./ref.ts";
import { DEFAULTS, type Workflow, type WorkflowOptions } from "./workflow.ts";

// Intake imports a workflow only for its events, so nothing here may import the builder or the compiler.

type On = EventContract | readonly EventContract[];
type Trigger<O extends On> = O extends readonly EventContract[]
  ? O[number]
  : O extends EventContract
    ? O
    : never;

type EventsOf<O extends On> = O extends readonly EventContract[] ? O : readonly [Extract<O, EventContract>];

/** What a run reads: the payload of its event, or those of its batch, where a batch has a size. */
type Started<O extends On, Size> = [Size] extends [never]
  ? DataOf<Trigger<O>>
  : EventBatch<DataOf<Trigger<O>>>;

interface Definition<O extends On, Output, Size extends number, Own extends Switches>
  extends WorkflowOptions<DataOf<Trigger<O>>, Started<O, Size>, Size, Own> {
  /** The event that starts a run, or several. */
  on: O;
  /**
   * Describes the run by references; its return value is the run's output. Called once, when the plan is
   * made.
   */
  run: (w: WorkflowBuilder, event: Ref<Started<O, Size>>, switches: Ref<ValuesOf<Own>>) => Output;
}

const NAME = /^[a-z][a-z0-9-]*$/;

/** Declares a workflow. Throws a DefinitionError for an invalid name or invalid events. */
export function defineWorkflow<
  const Name extends string,
  const O extends On,
  Output,
  Size extends number = never,
  const Own extends Switches = Record<never, never>,
>(
  name: Name,
  { on, run, ...options }: Definition<O, Output, Size, Own>,
): Workflow<Name, EventsOf<O>, Output> {
  if (!NAME.test(name) || name.length > LONGEST_WORKFLOW_NAME) {
    throw new DefinitionError(
      `The workflow name "${name}" must have up to ${LONGEST_WORKFLOW_NAME} lower-case letters, digits and dashes, and begin with a letter.`,
    );
  }
  const events = [on].flat() as readonly EventContract[] as EventsOf<O>;
  for (const event of events)
    refuseOther(event, {
      has: "schema",
      use: `Workflow "${name}" starts on`,
      instead: 'an event. Give "on" what defineEvent returns.',
    });
  const names = events.map((event) => event.name);
  const repeated = names.find((event, at) => names.indexOf(event) !== at);
  if (events.length === 0)
    throw new DefinitionError(`Workflow "${name}" starts on no event. Add at least one to "on".`);
  if (repeated)
    throw new DefinitionError(`Workflow "${name}" names the event "${repeated}" twice in "on". Remove one.`);
  const { batch, budget, deadline, perKey, sharedLimit, startWithin, switches } = options;
  if (perKey) refusePerKey(name, perKey);
  if (batch) refuseBatch(name, batch, perKey);
  if (sharedLimit) refuseSharedLimit(name, sharedLimit, perKey, batch);
  if (deadline !== undefined) milliseconds(deadline, `The deadline of workflow "${name}"`);
  if (startWithin !== undefined) milliseconds(startWithin, `The startWithin of workflow "${name}"`);
  if (budget) toUsage(budget);
  if (switches) refuseSwitches(name, switches);
  const delivery = deliverySpec(`Workflow "${name}"`, options.delivery);
  const place = placeOf(defineWorkflow);
  return { ...DEFAULTS, ...given(options), name, on: events, delivery, place, run };
}

/** Without the options that are undefined, which have their defaults. */
function given<Options extends object>(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;
}
