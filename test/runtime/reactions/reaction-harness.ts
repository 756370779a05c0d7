import { vi } from "vitest";
import * as z from "zod";
import { resend } from "../../../lambdas/runtime/defer/resend.ts";
import type { ReactionFunction } from "../../../lambdas/runtime/reactions/context.ts";
import type { DeadLetters, ReactionStarts, ReactPorts } from "../../../lambdas/runtime/reactions/ports.ts";
import { react } from "../../../lambdas/runtime/reactions/react.ts";
import { defineEvent } from "../../../lib/contract/event.ts";
import type { FailureRecord } from "../../../lib/contract/failure.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { breakerKey, controlKey } from "../../../lib/contract/keys/control.ts";
import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import { defineReaction, type ReactionSpec } from "../../../lib/contract/reaction.ts";
import { runId } from "../../../lib/contract/runs/run-id.ts";
import type {
  BreakerItem,
  ClaimItem,
  ControlItem,
  DeferredItem,
  DeployedQueueItem,
  OperatorAction,
} from "../../../lib/contract/table.ts";
import { memory, memoryObservation } from "../memory/memory.ts";
import { memoryArtifacts, memoryQueues, memoryShared, memoryWork } from "../memory/memory-work.ts";

export const OrderPlaced = defineEvent("order.placed", {
  version: 1,
  schema: z.object({ orderId: z.string(), cents: z.number(), note: z.any().optional() }),
  identity: ({ orderId }) => orderId,
});
export const Billed = defineEvent("order.billed", { version: 1, schema: z.object({ cents: z.number() }) });
export const bill = defineReaction("bill", {
  on: OrderPlaced,
  emits: [Billed],
  timeout: "10 seconds",
  retry: { attempts: 3, backoff: "2 seconds" },
});

export const BEGAN = Date.parse("2026-11-21T10:00:00.000Z");
export const LEASE_OF_A_DEAD_FUNCTION = 30_000;
export const id = runId("bill", "order.placed", "o1");
export const key = claimKey(id, 1, "bill");

export const bills = () =>
  vi.fn<ReactionFunction<{ cents: number }>>(async ({ cents }, { emit }) => emit(Billed, { cents }));
export const never: ReactionFunction<unknown> = () => {
  throw new Error("must not run");
};

export type ReactionHarness = ReturnType<typeof reactionHarness>;

/** One reaction in memory, to which events can be delivered. */
export function reactionHarness() {
  const clock = { now: BEGAN };
  const state = memory(() => clock.now);
  const queues = memoryQueues();
  const bucket = memoryArtifacts(`bill/${id}/`);
  const observation = memoryObservation();
  const dead: { body: string; reason: FailureRecord }[] = [];
  const deadLetters: DeadLetters = { put: async (body, reason) => void dead.push({ body, reason }) };
  const starts: ReactionStarts = {
    read: async (claim, reaction, breaker) => ({
      claim: state.get(claim) as ClaimItem | undefined,
      control: state.get(controlKey("subscriber", reaction)) as ControlItem | undefined,
      breaker:
        breaker === undefined ? undefined : (state.get(breakerKey(breaker)) as BreakerItem | undefined),
      breakerSettings:
        breaker === undefined
          ? undefined
          : (state.get(controlKey("breaker", breaker)) as ControlItem | undefined)?.settings,
    }),
  };
  const { startConditions: _, ...work } = memoryWork(state);
  const ports: ReactPorts = {
    claims: state.claims,
    quarantine: state.quarantine,
    deliveries: state.deliveries,
    ...work,
    ...queues,
    ...observation,
    starts,
    deadLetters,
    artifactsOf: () => bucket.artifacts,
    shared: memoryShared().shared,
    retentionDays: 90,
    now: () => clock.now,
    random: () => 1,
    throwSite: () => ({}),
  };
  const deployed = { read: async () => ({ queueUrl: "queue" }) as DeployedQueueItem };
  let invocations = 0;
  const items = <Item>(kind: string) => state.all().filter((item) => item.kind === kind) as Item[];
  return {
    clock,
    state,
    queues,
    bucket,
    ports,
    dead,
    ...observation,
    claim: () => state.get(key) as ClaimItem | undefined,
    deferred: () => items<DeferredItem>("deferred"),
    quarantined: () => items<{ reason: string }>("quarantine"),
    order: (more: { paused?: OperatorAction; drained?: OperatorAction }) =>
      state.write({
        ...controlKey("subscriber", "bill"),
        kind: "control",
        target: "subscriber",
        name: "bill",
        ...more,
      } as ControlItem),
    /** Delivers a message that came into the queue at `sent`. */
    async deliver(
      body: string | object,
      code: ReactionFunction<any>,
      { sent = BEGAN, spec = bill as ReactionSpec }: { sent?: number; spec?: ReactionSpec } = {},
    ) {
      const invocation = {
        id: `invocation ${++invocations}`,
        deadline: clock.now + LEASE_OF_A_DEAD_FUNCTION,
      };
      const text = typeof body === "string" ? body : JSON.stringify(body);
      return await react({ body: text, sent }, spec, code, invocation, ports);
    },
    /** Sends all that is deferred again, and answers the last message. */
    async resend(): Promise<object> {
      for (const item of items<DeferredItem & ItemKey>("deferred"))
        await resend(item, { ...ports, ...queues, queues: deployed });
      return queues.sent.at(-1)!.message;
    },
  };
}

/** An event as EventBridge delivers it. */
export function placed(more: object = {}, event: { id?: string; hops?: number } = {}) {
  const { id: eventId = "e1", hops = 0 } = event;
  return {
    version: "0",
    id: "bus-id",
    "detail-type": "order.placed",
    source: "shop",
    time: "2026-11-21T09:59:59Z",
    detail: { orderId: "o1", cents: 100, ...more, millrace: { id: eventId, hops } },
  };
}
