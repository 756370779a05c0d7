import { expect } from "vitest";
import { videoApp } from "./app.ts";
import { attend, expectOrder } from "./invariants.ts";

/** Whose crashes are tried: the functions that bring a run from its event to its end, named as in `handlers`. */
export const CRASHING = [
  "produce-video: event → run",
  "write-script",
  "produce-video: publish",
  "Relay",
  "ApprovalsApprove",
  "Correlate",
  "CompletionComplete",
  "Records every delivery and finds overdue ones",
];

export interface Crash {
  kind: "crash-before" | "crash-after";
  /** Named as in `handlers`. */
  function: string;
  /** The n-th call of this function in the run, from 1. */
  on: number;
}

/**
 * One run to its end, which must be as if nothing had happened. Answers the functions' calls, in order. What is
 * scheduled is left out: it would repair a run without the message that is delivered again.
 */
async function runToEnd(crashes: Crash[]) {
  const app = await videoApp({ faults: { calls: crashes }, schedules: false });
  try {
    await app.send("one", { topic: "tides", scenes: 1 });
    await attend(app, ["one"], 3);
    const { calls, functionName } = app.cloud;
    const made = calls.map((call) => ({ ...call }));
    await expectOrder(app, ["one"]);
    return { made, functionName };
  } finally {
    await app.cloud.close();
  }
}

/** The calls ("dynamodb:PutItem") of each function in a run in which nothing goes wrong. */
export async function callsOfRun(): Promise<Map<string, string[]>> {
  const { made, functionName } = await runToEnd([]);
  return new Map(
    CRASHING.map((name) => {
      const own = made.filter((call) => call.function === functionName(name));
      return [name, own.map(({ service, operation }) => `${service}:${operation}`)];
    }),
  );
}

/** One run with one crash, at a call which in a run without is `operation`. Fails where it does not come out right. */
export async function crash(at: Crash, operation: string): Promise<void> {
  const { made } = await runToEnd([at]);
  const struck = made.filter(({ trouble }) => trouble === at.kind);
  expect(struck.map((call) => `${call.service}:${call.operation}`)).toEqual([operation]);
}
