import * as z from "zod";
import { PRODUCER_KINDS } from "../producer.ts";
import { ActionView, QueueState, Time } from "./common.ts";
import { WorkflowGraph } from "./workflow-graph.ts";

export const WorkflowView = z
  .object({
    name: z.string(),
    on: z.array(z.string()),
    deadline: z.string(),
    version: z.string().meta({ description: "Deployed content version" }),
    versions: z.array(
      z.object({
        version: z.string(),
        deployedAt: Time.optional(),
        liveRuns: z.int().meta({ description: "Open runs of this version" }),
      }),
    ),
    graph: WorkflowGraph.optional(),
    paused: ActionView.optional(),
    drained: ActionView.optional(),
    steps: z.array(z.string()),
    inbox: QueueState.optional(),
  })
  .meta({ id: "Workflow" });
export type WorkflowView = z.infer<typeof WorkflowView>;

/** The graph of publishers and subscribers. */
export const FlowMap = z
  .object({
    nodes: z.array(
      z.object({
        id: z.string(),
        kind: z.enum(["producer", "event", "workflow", "step", "reaction"]),
        label: z.string(),
        source: z
          .enum(PRODUCER_KINDS)
          .optional()
          .meta({ description: "Of a producer: what brings its events" }),
        detail: z.string().optional().meta({ description: "Of a producer: its path, schedule, table, …" }),
        queue: QueueState.optional(),
        paused: z.boolean().optional(),
      }),
    ),
    edges: z.array(
      z.object({
        from: z.string(),
        to: z.string(),
        event: z.string().optional(),
        perHour: z.number().optional().meta({
          description: "Events that started runs, from the newest 100 runs of the last hour; absent if none",
        }),
      }),
    ),
  })
  .meta({ id: "FlowMap" });
export type FlowMap = z.infer<typeof FlowMap>;

/** A workflow or a reaction, as a subscriber. */
export const SubscriberView = z
  .object({
    name: z.string(),
    kind: z.enum(["workflow", "reaction"]),
    events: z.array(z.string()),
    queue: QueueState.optional(),
    paused: ActionView.optional(),
    drained: ActionView.optional(),
    deadline: z.string().optional().meta({ description: "Deadline of deliveries" }),
    overdue: z.int().meta({ description: "Overdue deliveries" }),
  })
  .meta({ id: "Subscriber" });
export type SubscriberView = z.infer<typeof SubscriberView>;
