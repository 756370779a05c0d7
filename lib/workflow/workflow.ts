import type { Budget } from "../contract/budget.ts";
import type { DeliveryOptions, DeliverySpec } from "../contract/delivery.ts";
import type { Duration } from "../contract/duration.ts";
import type { EventContract } from "../contract/event.ts";
import type { Batch } from "../contract/event-batch.ts";
import type { PerKey } from "../contract/per-key.ts";
import type { SettingLimits } from "../contract/settings/setting.ts";
import type { SharedLimitUse } from "../contract/shared-limit.ts";
import type { Switches } from "../contract/switches.ts";
import type { Given, Ref } from "./ref.ts";

/** An event that cancels a run. */
export interface CancelRule<Started = any> {
  event: EventContract;
  /** Which runs: those for which this returns the cancelling event's key. */
  key: (event: Ref<Started>) => Given<string>;
}

/** Where a completed step is published: on the bus and in the run's log, or only in the log. */
export type StepEvents = "published" | "logged";

/**
 * What a definition may say in addition to its events and its graph. `Data` is the payload of its events, `Started` what a run
 * reads of them.
 */
export interface WorkflowOptions<
  Data = any,
  Started = any,
  Size extends number = number,
  Own extends Switches = Switches,
> {
  /**
   * Collects events of the same key: a run starts with several, and reads them as `events`.
   * @default each event starts a run of its own
   */
  batch?: Batch<Data, Size>;
  /** How long a run may take: at most 365 days. @default "30 days" */
  deadline?: Duration;
  /**
   * The maximum cost of the calls that its steps make by `context.spend`, for a run as a whole. @default no
   * limit
   */
  budget?: Budget;
  /** Events that cancel a run in any state; it is compensated. @default none */
  cancelOn?: readonly CancelRule<Started>[];
  /** How runs with the same key affect each other. @default each starts as soon as its event arrives */
  perKey?: PerKey<Data>;
  /**
   * A limit that its runs share with those of other workflows, by key: `{ limit: modelCalls, by: ({ tenant })
   * => tenant }`. @default none
   */
  sharedLimit?: SharedLimitUse<Data>;
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
   * run's log, which saves one event per step; the log may be a second behind the steps of one message. Events
   * that steps emit, and failed or undone steps, are published in any case. @default "published"
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
}

/** The options that are never undefined in a workflow. */
export const DEFAULTS = {
  deadline: "30 days",
  budget: {},
  cancelOn: [],
  mostHops: 32,
  stepEvents: "published",
  settings: {},
  switches: {},
  express: false,
} as const satisfies WorkflowOptions;
type Defaulted = keyof typeof DEFAULTS;

/** A workflow: the events that start it, its options, and how its graph is described. */
export interface Workflow<
  Name extends string = string,
  Events extends readonly EventContract[] = readonly EventContract[],
  Output = unknown,
> extends Readonly<Omit<WorkflowOptions, Defaulted | "delivery">>,
    Readonly<Required<Pick<WorkflowOptions, Defaulted>>> {
  readonly name: Name;
  readonly on: Events;
  readonly delivery: DeliverySpec;
  /** The line of its definition, with its path: for errors about the workflow as a whole. */
  readonly place: string;
  /** Describes a run to a `WorkflowBuilder`, which knows workflows itself: `defineWorkflow` has the type. */
  readonly run: (w: any, event: Ref<any>, switches: Ref<any>) => Output;
}
