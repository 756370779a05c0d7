import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { beforeAll, expect, test } from "vitest";
import { benchSixExpressRepeatable } from "../../../bench/workflow/definitions.ts";
import { runReader } from "../../../lambdas/runtime/aws/runs/run-reader.ts";
import { openTable } from "../../../lambdas/runtime/aws/table/table.ts";
import { runId } from "../../../lib/contract/runs/run-id.ts";
import { simulate } from "../../../local/simulate.ts";
import type { CallFault } from "../../../local/simulation/faults.ts";
import { sharedApp } from "../../shared-app.ts";

/** An express run of six steps that are safe to repeat: their results and the end of the run are one transaction. */
let folder: string;
beforeAll(() => {
  folder = sharedApp("bench-six-express-repeatable", "Bench", {
    workflows: [benchSixExpressRepeatable],
    handlers: "bench/workflow-repeatable",
  });
}, 120_000);

const WORKER = "bench-six: hops";
const HOPS = ["hop-one", "hop-two", "hop-three", "hop-four", "hop-five", "hop-six"];

/** One run to its end. Answers the writes of its worker to the table. */
async function runToEnd(calls: CallFault[]) {
  const cloud = await simulate(folder, { seed: 1, schedules: true, faults: { calls } });
  try {
    const { MillraceBus, MillraceTable } = await cloud.outputs("Bench");
    const reader = runReader(
      openTable(MillraceTable!, cloud.client(DynamoDBClient)),
      cloud.client(SFNClient),
    );
    await cloud.call("events", "PutEvents", {
      Entries: [
        { EventBusName: MillraceBus, Source: "test", DetailType: "bench.requested", Detail: '{"id":"one"}' },
      ],
    });
    await cloud.advance("25 minutes");
    const { run, claims } = (await reader.run(runId("bench-six", "bench.requested", "one")))!;
    expect(run).toMatchObject({ status: "succeeded", epoch: 1, output: { hop: 6 } });
    expect(claims.map(({ path, state, attempt }) => `${path} ${state} ${attempt}`).toSorted()).toEqual(
      HOPS.map((hop) => `${hop} done 1`).toSorted(),
    );
    const own = cloud.calls.filter((call) => call.function === cloud.functionName(WORKER));
    return {
      calls: own.map(({ operation }) => operation),
      struck: cloud.calls.filter(({ trouble }) => trouble !== undefined).length,
    };
  } finally {
    await cloud.close();
  }
}

test("is two writes, and recovers from a crash before and after each call of its worker", async () => {
  const { calls } = await runToEnd([]);
  expect(calls.filter((operation) => /Execute/.test(operation))).toEqual([
    "BatchExecuteStatement",
    "ExecuteTransaction",
  ]);
  for (let on = 1; on <= calls.length; on++)
    for (const kind of ["crash-before", "crash-after"] as const)
      expect((await runToEnd([{ kind, function: WORKER, on }])).struck, `${kind} ${calls[on - 1]}`).toBe(1);
}, 120_000);
