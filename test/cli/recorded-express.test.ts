import { expect, test } from "vitest";
import { recordExpress } from "../../bin/recorded-express.ts";
import type { HistoryEvent } from "../../lib/contract/recording/history.ts";
import { record } from "../../lib/contract/recording/record.ts";
import type { ClaimItem, ReleaseItem, RunItem } from "../../lib/contract/table.ts";
import { currentMachines } from "../../lib/index.ts";
import { rerunAll } from "../../local/rerun.ts";
import { replayOf } from "../contract/recording/replayed.ts";
import { sendExpress } from "../end-to-end/express/parcel/workflow.ts";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const RUN = {
  run: "send-express-1",
  workflow: "send-express",
  epoch: 1,
  version: "v1",
  status: "succeeded",
  event: { id: "e1", name: "parcel.ready", correlation: "e1", hops: 0 },
  data: JSON.stringify({ id: "p" }),
  acceptedAt: at(0),
  endedAt: at(9),
  express: { until: at(3_600) },
} as unknown as RunItem;

const claim = (path: string, second: number, so: string, more: Partial<ClaimItem> = {}) =>
  ({
    path,
    epoch: 1,
    direction: "do",
    state: "done",
    endedAt: at(second),
    result: { so },
    ...more,
  }) as ClaimItem;

function outputOf(claims: readonly ClaimItem[]) {
  const [pack, weigh, label] = claims.map(({ result }) => result as { so: string });
  return { steps: [pack, { weighed: weigh }], says: "{% so %}", so: label!.so, id: "p" };
}

const CLAIMS = [claim("pack", 1, "a"), claim("weigh", 2, "b"), claim("label", 3, "c")];
const RELEASE = {
  steps: { pack: "arn:aws:lambda:eu-west-1:123456789012:function:pack:7" },
  machine: JSON.stringify(currentMachines(sendExpress).run),
} as unknown as ReleaseItem;

async function recorded(run: Partial<RunItem>, claims = CLAIMS, texts: Record<string, string> = {}) {
  const found = await recordExpress(
    { run: { ...RUN, output: outputOf(CLAIMS), ...run }, claims, approvals: [] },
    {
      stack: "Parcels",
      release: async (workflow, version) =>
        workflow === "send-express" && version === "v1" ? RELEASE : undefined,
      artifacts: {
        async get(uri) {
          if (uri in texts) return new TextEncoder().encode(texts[uri]);
          throw Object.assign(new Error("gone"), { name: "NoSuchKey" });
        },
      },
      rerun: async (requests) => (await rerunAll(requests)).map(({ events }) => events as HistoryEvent[]),
    },
  );
  return record(found).executions[0]!;
}

const endOf = ({ places }: Awaited<ReturnType<typeof recorded>>) => places[0]!.moments.at(-1)!;

test("a run is recorded with the names that its execution would have, and the times of its steps", async () => {
  const execution = await recorded({});
  expect(execution).toMatchObject({
    arn: "arn:aws:states:eu-west-1:123456789012:execution:Parcels_send-express:send-express-1",
    stateMachineArn: "arn:aws:states:eu-west-1:123456789012:stateMachine:Parcels_send-express",
    startedAt: at(0),
    input: { run: { id: "send-express-1", express: true }, event: { id: "p" } },
  });
  expect(execution.places[0]!.moments.map((moment) => [moment.what, moment.at])).toEqual([
    ["entered", at(0)],
    ["called", at(0)],
    ["answered", at(3)],
    ["left", at(3)],
    ["ended", at(9)],
  ]);
  expect(await replayOf(execution)).toBe("the same path: 5 moments.");
});

test("only what the run itself has done answers for its steps", async () => {
  const others = [
    claim("label", 4, "undone", { direction: "undo" }),
    claim("label", 5, "earlier", { epoch: 0 }),
    claim("label", 6, "running", { state: "running" }),
  ];
  expect(await replayOf(await recorded({}, [...CLAIMS, ...others]))).toBe("the same path: 5 moments.");
});

test("an output that was too large for the table is read from the bucket, as long as it is there", async () => {
  const large = [claim("pack", 1, "x".repeat(70_000)), ...CLAIMS.slice(1)];
  const output = { "millrace:ref": { uri: "s3://bucket/text", sha256: "s", bytes: 1 } };
  const found = await recorded({ output }, large, { "s3://bucket/text": JSON.stringify(outputOf(large)) });
  expect(endOf(found).value).toEqual({ status: "SUCCEEDED", output: outputOf(large) });
  expect(await replayOf(found)).toBe("the same path: 5 moments.");
  expect(endOf(await recorded({ output }, large)).value).toEqual({ status: "SUCCEEDED", output });
});

test("an output that is itself the address of a value is recorded as that", async () => {
  const output = { "millrace:ref": { uri: "s3://bucket/text", sha256: "s", bytes: 1 } };
  const found = await recorded({ output }, CLAIMS, { "s3://bucket/text": "{}" });
  expect(endOf(found).value).toEqual({ status: "SUCCEEDED", output });
});

test.each([
  [{ status: "timed-out" }, "TIMED_OUT", ["entered", "called", "ended"]],
  [{ status: "compensating", ending: { status: "timed-out" } }, "TIMED_OUT", ["entered", "called", "ended"]],
  [{ status: "terminated" }, "ABORTED", ["entered", "called"]],
  [{ status: "closing" }, "RUNNING", ["entered", "called"]],
  [{ status: "running" }, "RUNNING", ["entered", "called"]],
] as [Partial<RunItem>, string, string[]][])(
  "of a run that is %j, the state is recorded that waits",
  async (run, status, path) => {
    const execution = await recorded({ ...run, endedAt: undefined, output: undefined });
    expect(execution.status).toBe(status);
    expect(execution.places[0]!.moments.map(({ what }) => what)).toEqual(path);
    expect(await replayOf(execution)).toBe(`the same path: ${path.length} moments.`);
  },
);

test("a run of a version that is not recorded cannot be replayed", async () => {
  await expect(recorded({ version: "v0" })).rejects.toThrow(
    "Run send-express-1 has no execution, and its version v0 of send-express is recorded without a state machine.",
  );
});
