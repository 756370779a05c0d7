import { vi } from "vitest";
import * as z from "zod";
import { retry } from "../../../lambdas/runtime/control/run-actions.ts";
import { admit } from "../../../lambdas/runtime/intake/admit.ts";
import type { IntakeSpec } from "../../../lambdas/runtime/intake/intake-spec.ts";
import { defineEvent } from "../../../lib/contract/event.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import type { PerKey } from "../../../lib/contract/per-key.ts";
import { workflowSettings } from "../../../lib/contract/settings/declared.ts";
import type { SettingValue } from "../../../lib/contract/settings/setting.ts";
import type { StoredSettings } from "../../../lib/contract/settings/stored.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { memory, memoryExecutions, memoryObservation, noArtifacts } from "../memory/memory.ts";
import { memoryKeyQueues } from "../memory/memory-key-queues.ts";

const Changed = defineEvent("document.changed", {
  version: 1,
  schema: z.object({ document: z.string(), edit: z.int() }),
  key: ({ document }) => document,
});
export const START = Date.parse("2026-11-21T10:00:00.000Z");

export type PerKeyHarness = ReturnType<typeof perKeyHarness>;

/** A workflow that orders the edits of each document, over ports in memory. */
export function perKeyHarness() {
  const clock = { now: START };
  const state = memory(() => clock.now);
  const machines = memoryExecutions();
  const item = (run: string) => state.get(runKey(run)) as RunItem;
  const keyQueues = memoryKeyQueues(({ run, epoch }) => {
    const { status, epoch: current, held } = item(run);
    return status === "accepted" && current === epoch && held !== undefined;
  });
  const workflow: { open: boolean; settings?: StoredSettings } = { open: true };
  const settings = vi.fn(async () => workflow.settings);
  const admissions = { open: async () => workflow.open, settings };
  const ports = {
    ...state,
    ...keyQueues,
    ...memoryObservation(),
    executions: machines.executions,
    admissions,
    artifacts: () => noArtifacts,
    now: () => clock.now,
  };
  const runs = new Map<number, string>();
  const message = (name: string, detail: object) =>
    JSON.stringify({ id: "x", "detail-type": name, source: "millrace", time: "", detail });
  let orders = 0;

  const harness = {
    clock,
    workflow,
    keyQueues,
    machines,
    ports,
    spec,
    body,
    message,
    /** What operators have set, as a later revision. */
    set(values: Record<string, SettingValue>) {
      const { revision = 0 } = workflow.settings ?? {};
      const set = { by: "ada", why: "test", at: new Date(clock.now).toISOString() };
      workflow.settings = {
        revision: revision + 1,
        values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, ...set }])),
      };
    },
    /** Delivers the edit of that number, made as many seconds after the start. */
    async change(perKey: PerKey, edit: number, document = "d", startWithin?: number) {
      const outcome = await admit(body(document, edit), { ...spec(perKey, startWithin), startWithin }, ports);
      if ("run" in outcome) runs.set(edit, outcome.run);
      return outcome;
    },
    look: (perKey: PerKey, key = "d") => admit(JSON.stringify({ keyQueue: key }), spec(perKey), ports),
    /** A reminder that is delivered before its time. */
    early: (perKey: PerKey, at: number) => admit(JSON.stringify({ keyQueue: "d", at }), spec(perKey), ports),
    /** What the completion handler does, and what the bus then delivers to the intake. */
    async end(perKey: PerKey, run: string) {
      await state.runs.end(run, item(run).epoch, { status: "succeeded" });
      await admit(message("run.succeeded", { key: "d" }), spec(perKey), ports);
    },
    /** An operator's retry, without what the relay announces of it. */
    async retry(edit: number) {
      const at = new Date(clock.now).toISOString();
      const order = { by: "ada", why: "test", key: `retry ${++orders}`, at };
      await state.runs.change(harness.run(edit), retry(order, clock.now));
    },
    /** What intake does when a run is released, by a retry or a resume. */
    release: (perKey: PerKey, edit: number) =>
      admit(message("run.requested", { workflow: "index", held: harness.run(edit) }), spec(perKey), ports),
    /** Makes an edit's run known whose delivery has not been answered. */
    remember: (edit: number, run: string) => void runs.set(edit, run),
    /** The run of an edit. */
    run: (edit: number) => runs.get(edit)!,
    statusOf(edit: number) {
      const { status, epoch } = item(harness.run(edit));
      return `${status} e${epoch}`;
    },
    item: (edit: number) => item(harness.run(edit)),
    items: () => [...runs.values()].map(item),
    under: (status: string) => harness.items().filter((run) => run.status === status),
    /** The edits whose runs were started, in that order. */
    started: () => machines.started.map(({ input }) => JSON.parse(input).event.edit as number),
  };
  return harness;
}

function spec(perKey: PerKey, startWithin?: number): IntakeSpec {
  return {
    workflow: "index",
    on: [Changed],
    version: "v",
    retentionDays: 90,
    mostHops: 32,
    reads: [],
    perKey,
    settings: workflowSettings({
      name: "index",
      perKey,
      mostHops: 32,
      startWithin: startWithin === undefined ? undefined : `${startWithin} ms`,
    }),
  };
}

function body(document: string, edit: number): string {
  return JSON.stringify({
    id: `e${edit}`,
    "detail-type": "document.changed",
    source: "editor",
    time: new Date(START + edit * 1_000).toISOString(),
    detail: { document, edit },
  });
}
