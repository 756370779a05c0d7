import { vi } from "vitest";
import * as z from "zod";
import { resend } from "../../../lambdas/runtime/defer/resend.ts";
import { answerIfOver } from "../../../lambdas/runtime/wait/answer-if-over.ts";
import type { StepFunction } from "../../../lambdas/runtime/work/context.ts";
import { work } from "../../../lambdas/runtime/work/work.ts";
import { defineEvent } from "../../../lib/contract/event.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { deferredKey } from "../../../lib/contract/keys/deferred.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import { defineStep, type StepSpec } from "../../../lib/contract/step.ts";
import type { DeferredItem, DeployedQueueItem, RunItem } from "../../../lib/contract/table.ts";
import { memory, memoryExecutions, memoryObservation } from "../memory/memory.ts";
import { memoryArtifacts, memoryQueues, memoryShared, memoryWork } from "../memory/memory-work.ts";
import { idOf } from "../run-ids.ts";

export const RUN = idOf("r");

export const Charged = defineEvent("card.charged", { version: 1, schema: z.object({ cents: z.number() }) });
export const charge = defineStep("charge", {
  input: z.object({ cents: z.number() }),
  output: z.object({ receipt: z.string() }),
  timeout: "10 seconds",
  emits: [Charged],
});
/** How long after a worker's death its claim may be taken over, but for the margin. */
export const LEASE_OF_A_DEAD_WORKER = 30_000;
export const BEGAN = Date.parse("2026-11-21T10:00:00.000Z");

export const first: StepMessage = {
  taskToken: "t1",
  run: { id: RUN, workflow: "w", epoch: 1, version: "v", event: "e", correlation: "c", hops: 0 },
  step: "charge",
  path: "charge",
  direction: "do",
  entered: "2026-11-21T10:00:00.000Z",
  attempt: 1,
  input: { cents: 100 },
  reads: [""],
  fallback: false,
};
export const key = claimKey(RUN, 1, "charge");
export const deferred = deferredKey(RUN, 1, "charge", "do");

export const succeeds = () => vi.fn(async () => ({ receipt: "ok" }));
export const never = async (): Promise<never> => {
  throw new Error("must not run");
};

/** One run of workflow "w" in memory, and a worker to which messages can be delivered. */
export function workHarness() {
  const clock = { now: BEGAN };
  const state = memory(() => clock.now);
  const machines = memoryExecutions();
  const queues = memoryQueues();
  const bucket = memoryArtifacts();
  const observation = memoryObservation();
  const ports = {
    ...state,
    ...memoryWork(state),
    ...queues,
    ...bucket,
    shared: memoryShared().shared,
    ...observation,
    executions: machines.executions,
    queues: { read: async () => ({ queueUrl: "queue" }) as DeployedQueueItem },
    retentionDays: 90,
    now: () => clock.now,
    random: () => 0.5,
    throwSite: () => ({}),
  };
  const run = () => state.get(runKey(RUN)) as RunItem;
  state.write({
    ...runKey(RUN),
    kind: "run",
    run: RUN,
    workflow: "w",
    epoch: 1,
    status: "running",
  } as RunItem);
  let invocations = 0;
  return {
    clock,
    state,
    machines,
    queues,
    bucket,
    ports,
    ...observation,
    run,
    change: (more: Partial<RunItem>) => state.write({ ...run(), ...more }),
    async deliver<Input, Output>(
      message: Partial<StepMessage>,
      code: StepFunction<any, any>,
      spec: StepSpec<string, any, any, Input, Output> = charge as never,
    ) {
      const invocation = { id: `invocation ${++invocations}`, deadline: clock.now + LEASE_OF_A_DEAD_WORKER };
      const delivered = { ...first, ...message };
      const outcome = await work(delivered, spec, code, invocation, ports);
      if (outcome.kind === "dropped") await answerIfOver(delivered, ports);
      return outcome;
    },
    /** Sends what is deferred again, and answers the message. */
    async resend(at = deferred) {
      await resend(state.get(at) as DeferredItem, ports);
      return queues.sent.at(-1)!.message;
    },
  };
}
