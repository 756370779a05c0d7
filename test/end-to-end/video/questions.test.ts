import { LambdaClient } from "@aws-sdk/client-lambda";
import { afterEach, expect, test } from "vitest";
import { controlFunction } from "../../../lambdas/runtime/aws/control/control-client.ts";
import type { Command } from "../../../lib/contract/messages/command.ts";
import { checkScene } from "../../../workflows/video/steps.ts";
import { workerOf } from "../own-code.ts";
import { type VideoApp, videoApp } from "./app.ts";

let app: VideoApp;
afterEach(() => app.cloud.close());

const ASKS = "Requests approvals";
const BRINGS = "Delivers decisions to waiting runs";

let orders = 0;
async function order(action: string, run: string): Promise<void> {
  const outputs = Object.entries(await app.cloud.outputs("Millrace"));
  const [, name] = outputs.find(([key]) => key.startsWith("MillraceControl"))!;
  const control = controlFunction(name, app.cloud.client(LambdaClient));
  const command = { action, target: { run }, by: "ada", why: "test", key: `k${++orders}` } as Command;
  const [answer] = await Promise.all([control(command), app.cloud.settle()]);
  expect(answer).toMatchObject({ done: true });
}

test("an approval request that arrives after its run was terminated does not stay open", async () => {
  const slow = {
    kind: "slow",
    for: "20 seconds",
    operation: "dynamodb:BatchGetItem",
    function: ASKS,
  } as const;
  app = await videoApp({ schedules: false, faults: { calls: [slow] } });
  await app.send("one");
  await app.cloud.advance("5 seconds");
  const { run } = (await app.run("one"))!;
  expect(run.status).toBe("running");
  await order("terminate", run.run);
  await app.cloud.advance("1 hour");
  const after = (await app.run("one"))!;
  expect(after.run.status).toBe("terminated");
  expect(after.approvals.filter(({ state }) => state === "pending")).toEqual([]);
});

test("a paused run opens no approval until it is resumed", async () => {
  // The last step answers after the run was paused.
  const late = {
    kind: "slow",
    for: "20 seconds",
    operation: "dynamodb:BatchExecuteStatement",
    function: "produce-video: render-film",
  } as const;
  app = await videoApp({ schedules: false, faults: { calls: [late] } });
  await app.send("one");
  await app.cloud.advance("5 seconds");
  const { run } = (await app.run("one"))!;
  await order("pause", run.run);
  await app.cloud.advance("1 hour");
  expect((await app.run("one"))!.approvals).toEqual([]);
  await order("resume", run.run);
  await app.cloud.advance("1 hour");
  expect((await app.run("one"))!.approvals).toMatchObject([{ state: "pending" }]);
});

const SILENT = { "check-scene": workerOf(checkScene, () => ({ confidence: 0.1, findings: [] })) };

/** A film of which one scene is doubtful: whether it is painted again is asked, and silence means that it is not. */
async function doubtful(calls: object[] = []): Promise<number> {
  app = await videoApp({ schedules: false, handlers: SILENT, faults: { calls: calls as never } });
  await app.send("one", { topic: "tides", scenes: 1 });
  await app.cloud.advance("1 minute");
  const [asked] = (await app.run("one"))!.approvals;
  return Date.parse(asked!.until!);
}

const painted = async () => {
  const { claims } = (await app.run("one"))!;
  return claims.filter(({ step }) => step === "draw-picture").map(({ path }) => path);
};

test.each([1, 3])(
  "a rejection that is accepted %i s before the timeout counts, however slowly it travels",
  async (before) => {
    // From the table over stream, relay, bus, rule and queue to the token it takes ten seconds.
    const until = await doubtful([
      { kind: "slow", for: "5 seconds", function: "Relay", operation: "events:PutEvents" },
      { kind: "slow", for: "5 seconds", function: BRINGS, operation: "dynamodb:BatchGetItem" },
    ]);
    await app.cloud.advance(until - before * 1_000 - app.cloud.now());
    expect(await app.decide("one", false, "paint it again")).toBe(true);
    await app.cloud.advance("10 minutes");
    expect(await painted()).toContain("cut[1]/scenes[0]/take[2]/draw-picture");
  },
);

test("the timeout is written in place of a person's decision, and is the decision", async () => {
  const until = await doubtful();
  await app.cloud.advance(until + 10_000 - app.cloud.now());
  const { approvals } = (await app.run("one"))!;
  expect(approvals.find((asked) => Date.parse(asked.until!) === until)).toMatchObject({
    state: "decided",
    otherwise: "approve",
    decision: { approved: true, decidedBy: "timeout" },
  });
  expect(await painted()).toEqual(["cut[1]/scenes[0]/take[1]/draw-picture"]);
});
