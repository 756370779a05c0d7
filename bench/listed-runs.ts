import { marshall } from "@aws-sdk/util-dynamodb";
import { describeRun } from "../lambdas/runtime/intake/describe-run.ts";
import type { IntakeSpec } from "../lambdas/runtime/intake/intake-spec.ts";
import { outsideEvent } from "../lib/contract/envelope.ts";
import { runId } from "../lib/contract/runs/run-id.ts";
import { indexesOf } from "../lib/contract/runs/run-indexes.ts";
import type { EndedStatus, RunItem } from "../lib/contract/table.ts";
import type { Kernel } from "../local/kernel/kernel.ts";
import { BenchRequested, benchSix } from "./workflow/definitions.ts";

/** Number of runs that have the same subject. */
const RUNS_A_KEY = 10;
/** The error of every hundredth failed run; all others have the common one. */
export const RARE_ERROR = "ModelRefused";
export const COMMON_ERROR = "RenderTimeout";

const FIRST = Date.parse("2026-01-01T00:00:00.000Z");
const MOST_AT_ONCE = 25;
const CALLS_AT_ONCE = 8;
const SPEC: IntakeSpec = {
  workflow: benchSix.name,
  on: benchSix.on,
  version: "bench",
  retentionDays: 3650,
  reads: [],
  mostHops: benchSix.mostHops,
};

/**
 * Writes runs as the runtime would have left them, one accepted each second: of a hundred 2 are open, 6 failed, 1 timed out
 * and 91 succeeded. Those from the `from`th up to before the `to`th are written.
 */
export async function writeRuns(kernel: Kernel, table: string, from: number, to: number): Promise<void> {
  const batches = Math.ceil((to - from) / MOST_AT_ONCE);
  const write = async (batch: number) => {
    const first = from + batch * MOST_AT_ONCE;
    const runs = Array.from({ length: Math.min(MOST_AT_ONCE, to - first) }, (_, at) => runOf(first + at));
    const requests = runs.map((run) => ({
      PutRequest: { Item: marshall(run, { removeUndefinedValues: true }) },
    }));
    const { UnprocessedItems } = await kernel.call("dynamodb", "BatchWriteItem", {
      RequestItems: { [table]: requests },
    });
    if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error("The table left runs unwritten.");
  };
  for (let batch = 0; batch < batches; batch += CALLS_AT_ONCE) {
    const some = Math.min(CALLS_AT_ONCE, batches - batch);
    await Promise.all(Array.from({ length: some }, (_, at) => write(batch + at)));
  }
}

export const keyOf = (at: number) => `order-${Math.floor(at / RUNS_A_KEY)}`;

/** ISO time at which a run was accepted. */
export const timeOf = (at: number) => new Date(FIRST + Math.floor(at) * 1000).toISOString();

function runOf(at: number): RunItem {
  const id = `event-${at}`;
  const run = runId(SPEC.workflow, BenchRequested.name, id);
  const time = timeOf(at);
  const now = Date.parse(time);
  const data = { id: keyOf(at) };
  const envelope = outsideEvent(BenchRequested, data, { id, time, source: "bench" });
  const accepted = { accepted: true, contract: benchSix.on[0], data, sent: data } as const;
  const described = describeRun(run, envelope, accepted, data, SPEC, now, {});
  if (at % 100 < 2) return { ...described, status: "running", revision: 2 };
  const { due: _, dueAt: __, ...begun } = described;
  const ended: RunItem = { ...begun, ...endOf(at), endedAt: time, revision: 3 };
  return { ...ended, ...indexesOf(ended) };
}

function endOf(at: number): Partial<RunItem> {
  const of = at % 100;
  if (of > 8) return { status: "succeeded", output: { hop: 6, startedAt: FIRST } };
  const status: EndedStatus = of < 8 ? "failed" : "timed-out";
  const name = Math.floor(at / 100) % 100 === 0 && of === 2 ? RARE_ERROR : COMMON_ERROR;
  const cause = JSON.stringify({ name, message: "The frame took too long.", step: "hop-three" });
  return { status, failure: { error: "States.TaskFailed", cause } };
}
