import * as z from "zod";
import { GRAPH_NODE_KINDS } from "../workflow-graph.ts";

/** A workflow's definition, as it is drawn. See `WorkflowGraph` in the contract. */
export const WorkflowGraph = z
  .object({
    workflow: z.string(),
    on: z.array(z.string()).meta({ description: "Names of the events that start a run" }),
    deadline: z.string(),
    startRules: z.array(z.string()).optional().meta({
      description:
        "What decides when runs start, a sentence for each rule; absent where each starts as soon as its event comes",
    }),
    nodes: z.array(
      z.object({
        id: z.string().meta({ description: "Path of its claims and waits, without iteration numbers" }),
        kind: z.enum(GRAPH_NODE_KINDS),
        label: z.string(),
        within: z.object({ node: z.string(), block: z.string() }).optional(),
        step: z.string().optional(),
        undo: z.string().optional(),
        message: z
          .object({
            shared: z.boolean().meta({ description: "Whether one message brings it with others" }),
            text: z.string().meta({ description: "With what, or why not" }),
          })
          .optional()
          .meta({ description: "How its work comes to its function; of steps in a pool" }),
      }),
    ),
    edges: z.array(z.object({ from: z.string(), to: z.string() })),
  })
  .meta({ id: "WorkflowGraph" });
export type WorkflowGraph = z.infer<typeof WorkflowGraph>;
