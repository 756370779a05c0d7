import * as z from "zod";
import { ApprovalView } from "./approval.ts";
import { ActionView, Anything, Fields, Said, Time } from "./common.ts";
import { NodeState } from "./node-state.ts";
import { FailureLocation, StepView } from "./run-step.ts";
import { RunSummary } from "./run-summary.ts";
import { SettingValue } from "./settings.ts";
import { WorkflowGraph } from "./workflow-graph.ts";

const FailureView = z
  .object({
    summary: z
      .string()
      .meta({ description: "One line: what failed, how often it was tried, why, and where" }),
    error: z.string().meta({ description: "Name of the error" }),
    cause: z.string().meta({ description: "Its message" }),
    path: z.string().optional().meta({ description: "The step that failed" }),
    attempts: z.int().optional(),
    location: FailureLocation,
  })
  .meta({ id: "Failure" });

export const WaitView = z.object({ path: z.string(), for: z.string(), since: Time }).meta({ id: "Wait" });
export type WaitView = z.infer<typeof WaitView>;

/** An event that started a run. */
const StartEvent = z.object({
  id: z.string(),
  name: z.string(),
  source: z.string(),
  correlation: z.string(),
});

export const RunDetail = RunSummary.extend({
  version: z.string(),
  event: StartEvent,
  batch: z
    .array(StartEvent)
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
