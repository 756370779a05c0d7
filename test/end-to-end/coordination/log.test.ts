import { DescribeExecutionCommand, SFNClient } from "@aws-sdk/client-sfn";
import { afterEach, expect, test } from "vitest";
import { ask, waitAndRetry } from "../../../lambdas/runtime/index.ts";
import { fold } from "../../../lib/contract/log/fold.ts";
import { payloadOf } from "../../../lib/contract/runs/run-input.ts";
import type { Faults } from "../../../local/simulate.ts";
import { seeds } from "../../seeds.ts";
import { History } from "./history.ts";
import { EVERYTHING_WRONG, ISSUE, type Magazine, openMagazine } from "./magazine.ts";

let magazine: Magazine;
afterEach(() => magazine.cloud.close());

const FAULTS: Faults = {
  ...EVERYTHING_WRONG,
  calls: [
    ...EVERYTHING_WRONG.calls,
    // The function that writes the log crashes more often than others.
    { kind: "crash-before", chance: 0.02, function: "Relay" },
    { kind: "crash-after", chance: 0.02, function: "Relay" },
  ],
};

/** A step that comes back later, one that fails at first, and one whose outcome is unknown. */
const CONDUCT: Parameters<typeof openMagazine>[0] = {
  cover: (_input, tries) => {
    if (tries === 1) throw waitAndRetry("The painter has lunch.", 20 * 60_000);
  },
  "photos[0]/photo": (_input, tries) => {
    if (tries === 1) throw new Error("blurred");
  },
  buy: (_input, tries) => {
    if (tries === 1) throw ask("Was it bought?");
  },
};

/** What comes up in these two issues at least. */
const PUBLISHED = [
  "approval.closed",
  "approval.decided",
  "escalation.raised",
  "run.accepted",
  "run.closing",
  "run.compensated",
  "run.compensating",
  "run.paused",
  "run.requested",
  "run.resumed",
  "run.started",
  "run.succeeded",
  "run.terminated",
  "step.completed",
  "step.failed",
  "step.deferred",
  "step.released",
  "step.sealed",
  "step.started",
  "step.undone",
  "wait.started",
  "wait.matched",
];

const EXECUTION = {
  succeeded: "SUCCEEDED",
  failed: "FAILED",
  "timed-out": "TIMED_OUT",
  terminated: "ABORTED",
};

/** Sends a command under the same key until it is answered: a function may crash with the command. */
async function order(action: "pause" | "resume" | "retry", run: string): Promise<void> {
  const command = { action, target: { run }, by: "ada", why: action, key: action } as const;
  for (let tries = 0; tries < 20; tries++) {
    const answer = magazine.control(command);
    const [outcome] = await Promise.allSettled([answer, magazine.cloud.advance("30 seconds")]);
    if (outcome.status === "fulfilled") return expect(outcome.value).toMatchObject({ done: true });
  }
  throw new Error(`No answer to the command ${action}.`);
}

/** Two issues: one is paused for an hour and comes out, the other is terminated, undone and retried. There is a viewer all the time. */
async function produce(history: History): Promise<void> {
  const { cloud, send, decide, runs } = magazine;
  const idOf = async (issue: string) =>
    (await runs("make-issue")).find(({ run }) => payloadOf(run).includes(`"issue":"${issue}"`))?.run;
  await send("issue.planned", ISSUE, "one");
  await send(
    "issue.planned",
    { ...ISSUE, issue: "i2", articles: ISSUE.articles.slice(0, 1), checked: false },
    "two",
  );
  const steps: Record<number, () => Promise<unknown>> = {
    2: async () => order("pause", (await idOf("i1"))!.run),
    8: async () => order("resume", (await idOf("i1"))!.run),
    12: () => send("issue.withdrawn", { issue: "i2" }, "no"),
    16: async () => order("retry", (await idOf("i2"))!.run),
    20: () => send("proof.read", { issue: "i1", remarks: "fine" }, "proof"),
  };
  for (let at = 0; at < 60; at++) {
    await steps[at]?.();
    // Not always on the minute: in the middle of what happens, too.
    await cloud.advance(`${at % 3 === 0 ? 7 : 599} seconds`);
    await history.look();
    if (at < 14) continue;
    await decide("publisher", true);
    await decide("chief-editor", true);
  }
  for (let day = 0; day < 4; day++) {
    await cloud.advance("1 day");
    await history.look();
    await decide("publisher", true);
    await decide("chief-editor", true);
  }
  await cloud.advance("1 hour");
  await history.look();
}

test.each(seeds([3], 50))(
  "under any fault, the log has the same states as the table at every moment: seed %i",
  async (seed) => {
    magazine = await openMagazine(CONDUCT, { seed, faults: FAULTS });
    const history = new History(magazine);
    await produce(history);
    await history.expectAllInLog();
    const published = new Set((await magazine.entries()).map(({ name }) => name));
    expect([...published]).toEqual(expect.arrayContaining(PUBLISHED));

    const sfn = magazine.cloud.client(SFNClient);
    for (const { run } of await magazine.items("run")) {
      const state = fold(await magazine.log.ofRun(run))!;
      expect(Object.keys(EXECUTION), run).toContain(state.status);
      const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn: state.execution }));
      expect(status).toBe(EXECUTION[state.status as keyof typeof EXECUTION]);
    }
  },
  240_000,
);

test("the stream from its beginning again, in batches of other sizes, adds nothing to the log", async () => {
  magazine = await openMagazine();
  const { cloud, entries, items, send } = magazine;
  await send("issue.planned", { ...ISSUE, articles: [], checked: false }, "one");
  await cloud.advance("1 hour");
  const journal = async () => [await entries(), await items("correlated")];
  const before = await journal();
  expect(before[0]!.length).toBeGreaterThan(10);
  const Records = await recordsOf(magazine);
  for (let at = 0; at < Records.length; at += 7) {
    const Payload = JSON.stringify({ Records: Records.slice(at, at + 7) });
    await cloud.call("lambda", "Invoke", { FunctionName: cloud.functionName("Relay"), Payload });
  }
  await cloud.advance("1 minute");
  expect(await journal()).toEqual(before);
});

/** Every record of the table's stream, as a function receives it. */
async function recordsOf({ cloud }: Magazine): Promise<any[]> {
  const { MillraceTable } = await cloud.outputs("Magazine");
  const { Table } = await cloud.call("dynamodb", "DescribeTable", { TableName: MillraceTable });
  const StreamArn = Table.LatestStreamArn;
  const { StreamDescription } = await cloud.call("dynamodbstreams", "DescribeStream", { StreamArn });
  const records: any[] = [];
  for (const { ShardId } of StreamDescription.Shards) {
    const from = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" };
    let { ShardIterator } = await cloud.call("dynamodbstreams", "GetShardIterator", from);
    for (let found = -1; found !== 0; ) {
      const page = await cloud.call("dynamodbstreams", "GetRecords", { ShardIterator });
      records.push(...page.Records);
      [found, ShardIterator] = [page.Records.length, page.NextShardIterator];
    }
  }
  return records;
}
