import * as z from "zod";
import {
  compile,
  defineEvent,
  defineStep,
  defineWorkflow,
  type PoolSpec,
  type Ref,
  type StateMachine,
  type Workflow,
  type WorkflowBuilder,
} from "../../lib/index.ts";

/** Small definitions for tests that look at one thing at a time. */
export const Order = z.object({
  id: z.string(),
  amount: z.number(),
  lines: z.array(z.string()).max(5),
  shelves: z.array(z.object({ name: z.string(), boxes: z.array(z.string()).max(4) })).max(3),
  tags: z.record(z.string(), z.string()),
  note: z.string().optional(),
  coupon: z.string().nullable(),
  address: z.object({ street: z.string(), floor: z.number().optional() }).optional(),
});

export const OrderPlaced = defineEvent("order.placed", {
  version: 1,
  schema: Order,
  identity: (order) => order.id,
  key: (order) => order.id,
});

const Text = z.object({ text: z.string() });

/** A step that takes a text and whatever else, and answers a text. */
export function textStep<const Name extends string>(name: Name) {
  return pooledTextStep(name, undefined);
}

/** The same, in a pool. */
export function pooledTextStep<const Name extends string>(name: Name, pool: PoolSpec | undefined) {
  return defineStep(name, {
    input: z.object({
      text: z.string().optional(),
      texts: z.array(z.string()).optional(),
      any: z.any().optional(),
    }),
    output: Text,
    timeout: "1 minute",
    retry: { attempts: 1, backoff: "1 second" },
    ...(pool && { pool }),
  });
}

export const check = defineStep("check", {
  input: z.object({ text: z.string().optional() }),
  output: z.object({ fine: z.boolean(), score: z.number(), remark: z.string().optional() }),
  timeout: "1 minute",
  retry: { attempts: 1, backoff: "1 second" },
});

export const print = defineStep("print", {
  input: z.string(),
  output: z.string(),
  timeout: "1 minute",
  retry: { attempts: 1, backoff: "1 second" },
});

export function workflowOf(
  run: (w: WorkflowBuilder, order: Ref<z.infer<typeof Order>>) => unknown,
): Workflow {
  return defineWorkflow("sample", { on: OrderPlaced, deadline: "1 hour", run });
}

export const bindings = {
  queueUrl: (step: string) => `https://queue/${step}`,
  approvalQueueUrl: "https://queue/approval",
  waitQueueUrl: "https://queue/waits",
};

export function machineOf(run: Parameters<typeof workflowOf>[0]): StateMachine {
  return compile(workflowOf(run), bindings);
}
