import * as z from "zod";
import { ApprovalView } from "./approval.ts";
import { ActionView, Anything, Fields, PageQuery, Said, Time } from "./common.ts";
import { SettingValue } from "./settings.ts";
import { WorkflowGraph } from "./workflow-graph.ts";

export const RunStatus = z.enum([
  "accepted",
  "running",
  "closing",
  "compensating",
  "succeeded",
  "failed",
  "timed-out",
  "terminated",
]);

export const Cost = z
  .object({
    usd: z.number().optional().meta({ description: "Spent so far" }),
    reservedUsd: z.number().optional().meta({ description: "Reserved for running steps" }),
    limitUsd: z.number().optional(),
    tokens: z.number().optional(),
  })
  .meta({ id: "Cost" });
export type Cost = z.infer<typeof Cost>;

export const FailureView = z
  .object({
    summary: z
      .string()
      .meta({ description: "One line: what failed, how often it was tried, why, and where" }),
    error: z.string().meta({ description: "Name of the error" }),
    cause: z.string().meta({ description: "Its message" }),
    path: z.string().optional().meta({ description: "The step that failed" }),
    attempts: z.int().optional(),
    location: z.string().optional().meta({ description: "Where the step's code threw it: file:line:column" }),
  })
  .meta({ id: "Failure" });

export const StepFailure = z
  .object({
    name: z.string(),
    message: z.string(),
    location: z.string().optional().meta({ description: "Where the step's code threw it: file:line:column" }),
    stack: z.string().optional().meta({ description: "Places in the project's code, innermost first" }),
    code: z.string().optional().meta({ description: "The code around the location, in the local cloud" }),
  })
  .meta({ id: "StepFailure" });
export type StepFailure = z.infer<typeof StepFailure>;

export const AwaitedView = z
  .object({
    path: z.string(),
    for: z.string().meta({ description: "For example: a decision of editor, or order.paid of o1" }),
    by: z.enum(["person", "event", "run"]),
    since: Time,
    until: Time.optional(),
  })
  .meta({ id: "Awaited" });
export type AwaitedView = z.infer<typeof AwaitedView>;

export const RunSummary = z
  .object({
    run: z.string(),
    workflow: z.string(),
    epoch: z.int().meta({ description: "Number of retries and restarts, plus one" }),
    status: RunStatus,
    key: z.string().optional().meta({ description: "The subject of the run" }),
    acceptedAt: Time,
    endedAt: Time.optional(),
    error: z.string().optional().meta({ description: "Name of the error that ended it" }),
    failedStep: z.string().optional(),
    stuck: z.boolean().optional(),
    paused: z.boolean().optional(),
    waiting: z
      .array(AwaitedView)
      .optional()
      .meta({ description: "What it waits for, while no step of it runs. In lists only if asked for" }),
    cost: Cost.optional(),
  })
  .meta({ id: "RunSummary" });
export type RunSummary = z.infer<typeof RunSummary>;

/** The filters of a run list. All given filters must match. */
export const RunQuery = PageQuery.extend({
  workflow: z.string().optional(),
  status: z
    .enum(["open", ...RunStatus.options])
    .optional()
    .meta({ description: "open: all runs that have not ended" }),
  key: z.string().optional().meta({ description: "The subject, exact match" }),
  error: z.string().optional().meta({ description: "Part of the name of the error that ended it" }),
  step: z.string().optional().meta({ description: "The step that failed" }),
  from: Time.optional().meta({ description: "Accepted at this time or later" }),
  to: Time.optional().meta({ description: "Accepted at this time or earlier" }),
  waiting: z
    .enum(["true", "false"])
    .optional()
    .meta({ description: "true: say what each open run waits for, which reads their logs" }),
  text: z.string().max(200).optional().meta({ description: "Part of the id or of the subject" }),
});

export const AttemptView = z.object({
  attempt: z.int(),
  startedAt: Time,
  endedAt: Time.optional(),
  failure: StepFailure.optional(),
});

export const StepView = z
  .object({
    path: z.string(),
    step: z.string(),
    direction: z.enum(["do", "undo"]),
    state: z.enum(["running", "failed", "done", "stopped", "deferred"]).meta({
      description: "stopped: the run ended before the step did",
    }),
    attempt: z.int(),
    queuedAt: Time.optional(),
    startedAt: Time.optional(),
    endedAt: Time.optional(),
    failure: StepFailure.optional(),
    result: Anything.optional(),
    reusedFrom: z.int().optional().meta({ description: "The earlier epoch that completed it, if any" }),
    costUsd: z.number().optional(),
    attempts: z.array(AttemptView),
  })
  .meta({ id: "StepView" });
export type StepView = z.infer<typeof StepView>;

export const WaitView = z.object({ path: z.string(), for: z.string(), since: Time }).meta({ id: "Wait" });
export type WaitView = z.infer<typeof WaitView>;

export const NodeState = z
  .object({
    state: z.enum(["idle", "waiting", "running", "done", "failed", "undone", "skipped"]),
    count: z.int().meta({ description: "How often it started: once for each item of an each" }),
    done: z.int(),
    failed: z.int(),
    attempts: z.int(),
    durationMs: z.number().optional().meta({
      description: "Time in its handler: all attempts together; the average, where it ran several times",
    }),
    items: z
      .object({ count: z.int(), waiting: z.int(), running: z.int(), failed: z.int(), done: z.int() })
      .optional()
      .meta({ description: "The items of an each, or the rounds of a repeat, by state" }),
    costUsd: z.number().optional(),
  })
  .meta({ id: "NodeState" });
export type NodeState = z.infer<typeof NodeState>;

export const RunDetail = RunSummary.extend({
  version: z.string(),
  event: z.object({ id: z.string(), name: z.string(), source: z.string(), correlation: z.string() }),
  batch: z
    .array(z.object({ id: z.string(), name: z.string(), source: z.string(), correlation: z.string() }))
    .optional()
    .meta({ description: "The events of the batch that started it; `event` then describes all of them" }),
  input: Anything.meta({ description: "The event's payload; of a batch, its key and the payloads" }),
  output: Anything.optional(),
  failure: FailureView.optional(),
  settings: z
    .object({
      revision: z.int().meta({ description: "Revision of its workflow's settings" }),
      values: z.record(z.string(), SettingValue),
    })
    .optional()
    .meta({ description: "What operators had set when it was accepted; it keeps these values" }),
  switches: z
    .record(z.string(), SettingValue)
    .optional()
    .meta({ description: "Feature switches, as they were then" }),
  limit: z
    .object({ name: z.string(), key: z.string() })
    .optional()
    .meta({ description: "The shared limit, and the key under which it counts" }),
  mode: z.enum(["standard", "express"]).meta({
    description: "express: started without an execution; there is one only if it was handed over",
  }),
  handedOver: z.string().optional().meta({ description: "Why an execution took over an express run" }),
  execution: z.object({ arn: z.string(), consoleUrl: z.string().optional() }).optional(),
  steps: z.array(StepView),
  stepsOmitted: z.int().optional().meta({
    description: "How many further steps there are: 2,000 are shown, those that are not done first",
  }),
  questions: z.array(ApprovalView),
  waits: z.array(WaitView),
  actions: z.array(ActionView.extend({ action: z.string() })),
  stuckBy: z
    .object({ path: z.string(), deadLetter: z.string(), at: Time, reason: z.string() })
    .optional()
    .meta({ description: "The dead letter" }),
  compensation: z.object({ round: z.int(), open: z.boolean(), undone: z.int(), failed: z.int() }).optional(),
  parent: z.object({ run: z.string(), epoch: z.int(), path: z.string() }).optional(),
  children: z.array(z.string()),
  graph: WorkflowGraph.optional().meta({
    description: "Absent for a version that was deployed without a graph",
  }),
  nodes: z.record(z.string(), NodeState).meta({ description: "By the id of the node in the graph" }),
  asOf: Time.meta({ description: "The time that is shown" }),
}).meta({ id: "RunDetail" });
export type RunDetail = z.infer<typeof RunDetail>;

export const StartRun = Said.extend({
  workflow: z.string(),
  event: z.string().meta({ description: "The event that starts the run, as if it had arrived" }),
  version: z.int().min(1),
  payload: Fields,
}).meta({ id: "StartRun" });

export const SignalRun = Said.extend({
  event: z.string().meta({ description: "The event that the run waits for" }),
  version: z.int().min(1).optional().meta({ description: "Default: the newest" }),
  payload: Fields,
}).meta({ id: "SignalRun" });
