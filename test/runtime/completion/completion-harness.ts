import { advance } from "../../../lambdas/runtime/completion/advance.ts";
import { finish } from "../../../lambdas/runtime/completion/finish.ts";
import type { EndedExecution, EndPorts } from "../../../lambdas/runtime/completion/ports.ts";
import type { OpenTask } from "../../../lambdas/runtime/completion/progress.ts";
import { eventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import { close } from "../../../lambdas/runtime/runs/transitions.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { type ControlTarget, controlKey } from "../../../lib/contract/keys/control.ts";
import { shardOf, shardsOf } from "../../../lib/contract/keys/index-partitions.ts";
import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import type { Release } from "../../../lib/contract/messages/command.ts";
import type { CompensationInput } from "../../../lib/contract/messages/compensation-message.ts";
import type { ExecutionInput } from "../../../lib/contract/messages/message.ts";
import { executionInput } from "../../../lib/contract/runs/run-input.ts";
import type {
  ClaimItem,
  ControlItem,
  DeferredItem,
  OperatorAction,
  RunItem,
  TableItem,
} from "../../../lib/contract/table.ts";
import { memory, memoryObservation } from "../memory/memory.ts";
import { memoryEffects, memoryMachines } from "../memory/memory-end.ts";
import { memoryTerminator } from "../memory/memory-waits.ts";
import { claimRequest } from "../ports/claim-request.ts";
import { idOf } from "../run-ids.ts";

export const START = Date.parse("2026-11-21T10:00:00.000Z");
export const MINUTE = 60_000;
export const RUN = idOf("r");
export const EXECUTION = `w:${RUN}`;

/** What an operator's terminate does: closes the run, then takes it as far as it can go. */
export async function terminate(
  run: string,
  order: OperatorAction,
  ports: EndPorts,
): Promise<RunItem | undefined> {
  const closing = await ports.runs.change(run, close(ports.now(), order));
  if (closing?.status === "closing" && closing.terminated?.key === order.key) await advance(closing, ports);
  return closing;
}

export type CompletionHarness = Awaited<ReturnType<typeof completionHarness>>;

/** A running run of workflow "w" in memory: its items, its executions, and what ends it. */
export async function completionHarness() {
  const clock = { now: START };
  const state = memory(() => clock.now);
  const machines = memoryMachines();
  const terminations = memoryTerminator();
  const missing: OpenTask[] = [];
  const released: Release["target"][] = [];
  /** Objects by address. */
  const stored = new Map<string, string>();
  const ports = {
    deadLettered: async (): Promise<string[]> => [],
    ...state,
    effects: memoryEffects(state),
    terminator: terminations.terminator,
    machines: machines.machines,
    artifactsOf: (workflow: string, run: string) => ({
      async put(key: string, body: string | Uint8Array) {
        stored.set(`s3://bucket/${workflow}/${run}/${key}`, String(body));
        return `s3://bucket/${workflow}/${run}/${key}`;
      },
    }),
    ...memoryObservation(),
    now: () => clock.now,
    random: () => 0,
    workflows: ["w"],
    controlled: async (target: ControlTarget, names: readonly string[]) =>
      names.filter((name) => state.get(controlKey(target, name)) !== undefined),
    heldRuns: async (workflow: string, until: string, limit: number) =>
      state
        .all()
        .filter(
          (item): item is RunItem =>
            item.kind === "run" && shardsOf(`held#${workflow}`).includes(item.due ?? ""),
        )
        .filter(({ dueAt }) => dueAt! <= until)
        .map(({ run }) => run)
        .slice(0, limit),
    deferredOf: async (run: string) =>
      state.all().filter((item): item is DeferredItem => item.kind === "deferred" && item.run === run),
    items: async (keys: readonly ItemKey[]) =>
      keys.map((key) => state.get(key)).filter((item) => item !== undefined),
    sendMissing: async (task: OpenTask) => void missing.push(task),
    subscribers: async () => [
      { name: "w", role: "workflow" as const },
      { name: "react", role: "reaction" as const },
      { name: "w/step", role: "step" as const },
    ],
    isActive: async (target: ControlTarget, name: string) => {
      const control = state.get(controlKey(target, name)) as ControlItem | undefined;
      return !control?.paused && !control?.drained;
    },
    deferredBy: async (workflow: string, reason: string) =>
      state
        .all()
        .filter((item): item is DeferredItem => item.kind === "deferred" && item.workflow === workflow)
        .filter((item) => item.reason === reason),
    release: async (target: Release["target"]) => void released.push(target),
  } satisfies EndPorts & Record<string, unknown>;

  const reference = { id: RUN, workflow: "w", epoch: 1, version: "v", event: "e", correlation: "c", hops: 0 };
  const input = JSON.stringify({ run: reference, event: { n: 1 } } satisfies ExecutionInput);
  await state.runs.accept({
    ...runKey(RUN),
    kind: "run",
    run: RUN,
    workflow: "w",
    epoch: 1,
    version: "v",
    status: "accepted",
    event: { id: "e", correlation: "c", hops: 0 },
    input,
    acceptedAt: new Date(START).toISOString(),
    list: shardOf("run", RUN),
    listedAt: new Date(START).toISOString(),
    expiresAt: 0,
  } as RunItem);
  const begin = async (epoch = 1) => {
    const { execution } = (await machines.machines.start(
      "w",
      epoch === 1 ? RUN : `${RUN}-e${epoch}`,
      executionInput(state.get(runKey(RUN)) as RunItem),
    )) as {
      execution: string;
    };
    await state.runs.started(
      { run: RUN, epoch, version: "v", acceptedAt: new Date(START).toISOString() },
      execution,
    );
  };
  await begin();

  const run = () => state.get(runKey(RUN)) as RunItem;
  const claim = (path: string, direction: "do" | "undo" = "do", epoch = 1) =>
    state.get(claimKey(RUN, epoch, path, direction)) as ClaimItem | undefined;

  /** Claims an effect, or its undo, as a worker does. */
  const claimFor = async (path: string, { direction = "do", epoch = 1, fence = 1, undoneBy = "" } = {}) => {
    const about = { epoch, direction: direction as "do" | "undo", ...(undoneBy && { undoneBy }) };
    const request = claimRequest(RUN, path, { owner: path, lease: clock.now + 60 * MINUTE, fence, about });
    await state.claims.claim(request);
    return request.key;
  };
  const undo = (path: string) => ({ step: `undo-${path}`, input: path });

  return {
    clock,
    state,
    machines,
    ports,
    run,
    stored,
    /** Terminations that were requested. */
    terminations: terminations.ordered,
    /** Messages that the reconciler wants sent again. */
    missing,
    /** What the reconciler wants released. */
    released,
    claim,
    begin,
    begins: claimFor,
    /** An effect is done, and says how it is undone. One millisecond later than what came before. */
    async does(path: string, epoch = 1) {
      clock.now++;
      const key = await claimFor(path, { epoch });
      return await state.claims.complete(key, path, {
        result: `${path} is done`,
        emitted: [],
        undo: undo(path),
      });
    },
    /** What a worker finishes that had begun before. */
    finishes: (path: string, epoch = 1) =>
      state.claims.complete(claimKey(RUN, epoch, path), path, {
        result: `${path} is done`,
        emitted: [],
        undo: undo(path),
      }),
    /** An execution ends, and is announced as Step Functions does. */
    async ends(id: string, end: EndedExecution["end"], endPorts: EndPorts = ports) {
      const succeeded = end.status === "succeeded" ? { output: end.output } : undefined;
      await finish(machines.end(id, end), endPorts, { at: clock.now, succeeded });
    },
    /** The paths that a compensation had to undo, in this order. */
    undosOf: (round: number) =>
      machines.inputOf<CompensationInput>(`w_undo:${RUN}-u${round}`).undos.map(({ path }) => path),
    /** The compensating machine does its work: each undo is done but for those that fail. */
    async compensates(round: number, failing: string[] = []) {
      const id = `w_undo:${RUN}-u${round}`;
      const { undos } = machines.inputOf<CompensationInput>(id);
      for (const { path, epoch } of undos.filter((one) => !failing.includes(one.path))) {
        clock.now++;
        const key = await claimFor(path, { direction: "undo", epoch });
        await state.claims.complete(key, path, { result: null, emitted: [] });
      }
      const failed = undos
        .filter(({ path }) => failing.includes(path))
        .map(({ epoch, path }) => ({ epoch, path, error: "Millrace.GiveUp", cause: "no" }));
      await finish(machines.end(id, { status: "succeeded", output: { failed } }), ports);
    },
    /** Names of the events that the changes so far publish, in order. */
    published: () =>
      state.changes.flatMap(({ before, after }) =>
        eventsOf(before, after as TableItem).map(({ name }) => name),
      ),
  };
}

/**
 * The same ports, of which one call ends the process: the n-th to one of these ports, before it does anything or after
 * all is written. `crashed` says whether there was such a call.
 */
export function crashing<Ports extends object>(
  ports: Ports,
  names: (keyof Ports)[],
  at: number,
  when: string,
) {
  let calls = 0;
  const outcome = { crashed: false };
  const wrapped = names.map((name) => {
    const port = ports[name] as Record<string, (...given: unknown[]) => Promise<unknown>>;
    const methods = Object.entries(port).map(([method, call]) => [
      method,
      async (...given: unknown[]) => {
        const mine = ++calls === at;
        outcome.crashed ||= mine;
        if (mine && when === "before") throw new Error("crash");
        const answer = await call(...given);
        if (mine) throw new Error("crash");
        return answer;
      },
    ]);
    return [name, Object.fromEntries(methods)];
  });
  return { ports: { ...ports, ...Object.fromEntries(wrapped) } as Ports, outcome };
}
