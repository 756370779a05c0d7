import { type Budget, toUsage } from "../contract/budget.ts";
import { DefinitionError } from "../contract/definition-error.ts";
import { type DeliveryOptions, type DeliverySpec, deliverySpec } from "../contract/delivery.ts";
import { type Duration, milliseconds } from "../contract/duration.ts";
import type { DataOf, EventContract } from "../contract/event.ts";
import type { Batch, EventBatch } from "../contract/event-batch.ts";
import type { PerKey } from "../contract/per-key.ts";
import { LONGEST_WORKFLOW_NAME } from "../contract/runs/execution-name.ts";
import type { SettingLimits } from "../contract/settings/setting.ts";
import type { SharedLimitUse } from "../contract/shared-limit.ts";
import { refuseSwitches, type Switches, type ValuesOf } from "../contract/switches.ts";
import type { WorkflowBuilder } from "./builder.ts";
import { refuseBatch } from "./checks/refuse-batch.ts";
import { refusePerKey } from "./checks/refuse-per-key.ts";
import { refuseSharedLimit } from "./checks/refuse-shared-limit.ts";
import type { Given, Ref } from "./ref.ts";

// Intake imports a workflow only for its events, so nothing here may import the builder or the compiler.

type On = EventContract | readonly EventContract[];
type Trigger<O extends On> = O extends readonly EventContract[]
  ? O[number]
  : O extends EventContract
    ? O
    : never;

type EventsOf<O extends On> = O extends readonly EventContract[] ? O : readonly [Extract<O, EventContract>];

/** An event that cancels a run. */
export interface CancelRule<Data = any> {
  event: EventContract;
  /** Which runs: those for which this returns the cancelling event's key. */
  key: (event: Ref<Data>) => Given<string>;
}

/** What a run reads: the payload of its event, or those of its batch, where a batch has a size. */
type Started<O extends On, Size> = [Size] extends [never]
  ? DataOf<Trigger<O>>
  : EventBatch<DataOf<Trigger<O>>>;

interface WorkflowOptions<O extends On, Output, Size extends number, Own extends Switches> {
  /** The event that starts a run, or several. */
  on: O;
  /**
   * Collects events of the same key: a run starts with several, and reads them as `events`.
   * @default each event starts a run of its own
   */
  batch?: Batch<DataOf<Trigger<O>>, Size>;
  /** How long a run may take. @default "30 days" */
  deadline?: Duration;
  /**
   * The maximum cost of the calls that its steps make by `context.spend`, for a run as a whole. @default no
   * limit
   */
  budget?: Budget;
  /** Events that cancel a run in any state; it is compensated. @default none */
  cancelOn?: readonly CancelRule<Started<O, Size>>[];
  /** How runs with the same key affect each other. @default each starts as soon as its event arrives */
  perKey?: PerKey<DataOf<Trigger<O>>>;
  /**
   * A limit that its runs share with those of other workflows, by key: `{ limit: modelCalls, by: ({ tenant })
   * => tenant }`. @default none
   */
  sharedLimit?: SharedLimitUse<DataOf<Trigger<O>>>;
  /**
   * How long a run may wait for its start: for its turn, for a throttle, or because its workflow is paused.
   * Then it ends without starting, as "terminated" with "Millrace.StartDeadline", within five minutes.
   * @default no limit
   */
  startWithin?: Duration;
  /**
   * An event with more causes than this between itself and the outside is considered part of a loop. @default
   * 32
   */
  mostHops?: number;
  /**
   * The deadline to receive each of its events: the run is started, waits for its turn, or is held by a
   * pause.
   */
  delivery?: DeliveryOptions;
  /**
   * Whether each completed step is an event on the bus, `step.completed`. With "logged", it is only in the
   * run's log, which saves one event per step. Events that steps emit, and failed or undone steps, are
   * published in any case. @default "published"
   */
  stepEvents?: StepEvents;
  /**
   * Limits for the settings that operators may change without a deployment, by name; "fixed" for none:
   * `{ "perKey.starts": { most: 50 }, startWithin: "fixed" }`. @default the standard range of each setting
   */
  settings?: Readonly<Record<string, SettingLimits>>;
  /**
   * Feature switches with their defaults, which operators may change without a deployment: `{ fastPath:
   * false, model: ["small", "large"] }`. A run keeps the values with which it was accepted. `run` reads them
   * as its third parameter, handlers in `context.run.switches`. @default none
   */
  switches?: Own;
  /**
   * Whether its runs need no execution of the state machine as long as nothing fails: for a workflow whose
   * steps are one group from start to end. Anything but a direct success continues in an execution. @default
   * false
   */
  express?: boolean;
  /**
   * Describes the run by references; its return value is the run's output. Called once, when the plan is
   * made.
   */
  run: (w: WorkflowBuilder, event: Ref<Started<O, Size>>, switches: Ref<ValuesOf<Own>>) => Output;
}

/** Where a completed step is published: on the bus and in the run's log, or only in the log. */
export type StepEvents = "published" | "logged";

/** A workflow: the events that start it, and how its graph is described. */
export interface Workflow<
  Name extends string = string,
  Events extends readonly EventContract[] = readonly EventContract[],
  Output = unknown,
> {
  readonly name: Name;
  readonly on: Events;
  readonly deadline: Duration;
  readonly budget: Budget;
  readonly perKey: PerKey | undefined;
  readonly sharedLimit: SharedLimitUse | undefined;
  readonly batch: Batch | undefined;
  readonly startWithin: Duration | undefined;
  readonly mostHops: number;
  readonly delivery: DeliverySpec;
  readonly stepEvents: StepEvents;
  readonly express: boolean;
  readonly settings: Readonly<Record<string, SettingLimits>>;
  readonly switches: Switches;
  readonly cancelOn: readonly CancelRule[];
  readonly run: (w: WorkflowBuilder, event: Ref<any>, switches: Ref<any>) => Output;
}

const DEFAULT_DEADLINE: Duration = "30 days";
const DEFAULT_HOPS = 32;

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
  {
    on,
    batch,
    deadline = DEFAULT_DEADLINE,
    budget = {},
    perKey,
    sharedLimit,
    startWithin,
    mostHops = DEFAULT_HOPS,
    delivery: watched,
    stepEvents = "published",
    express = false,
    settings = {},
    switches,
    cancelOn = [],
    run,
  }: WorkflowOptions<O, Output, Size, Own>,
): Workflow<Name, EventsOf<O>, Output> {
  if (!NAME.test(name) || name.length > LONGEST_WORKFLOW_NAME) {
    throw new DefinitionError(
      `The workflow name "${name}" must have up to ${LONGEST_WORKFLOW_NAME} lower-case letters, digits and dashes, and begin with a letter.`,
    );
  }
  const events = [on].flat() as readonly EventContract[] as EventsOf<O>;
  const names = events.map((event) => event.name);
  const repeated = names.find((event, at) => names.indexOf(event) !== at);
  if (events.length === 0)
    throw new DefinitionError(`Workflow "${name}" starts on no event. Add at least one to "on".`);
  if (repeated)
    throw new DefinitionError(`Workflow "${name}" names the event "${repeated}" twice in "on". Remove one.`);
  if (perKey) refusePerKey(name, perKey);
  if (batch) refuseBatch(name, batch, perKey);
  if (sharedLimit) refuseSharedLimit(name, sharedLimit, perKey, batch);
  if (startWithin !== undefined) milliseconds(startWithin);
  toUsage(budget);
  if (switches) refuseSwitches(name, switches);
  const delivery = deliverySpec(`Workflow "${name}"`, watched);
  const limits = { deadline, budget, perKey, sharedLimit, batch, startWithin, mostHops };
  const ways = { delivery, stepEvents, express, settings, switches: switches ?? {} };
  return { name, on: events, ...limits, ...ways, cancelOn, run };
}
