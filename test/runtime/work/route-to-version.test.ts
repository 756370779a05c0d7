import type { SQSRecord } from "aws-lambda";
import { expect, test } from "vitest";
import { remembering, routeToVersion } from "../../../lambdas/runtime/work/route-to-version.ts";
import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import type { ReleaseItem } from "../../../lib/contract/table.ts";

const record = { messageId: "m" } as SQSRecord;
const message = (run: string, version?: string) =>
  ({ step: "draw", run: { workflow: "film", version: run }, version }) as StepMessage;

/** A function of version v2 next to v1, whose code answers with these failures; undefined if it no longer exists. */
async function take(
  taken: StepMessage,
  {
    functionVersion = "$LATEST",
    failures = [] as object[] | null,
    steps = { draw: "arn:draw:1" } as object,
  } = {},
) {
  const invoked: unknown[] = [];
  const warnings: string[] = [];
  const disposition = await routeToVersion(taken, record, functionVersion, {
    version: "v2",
    find: async (workflow, version) =>
      workflow === "film" && version === "v1" ? ({ steps } as ReleaseItem) : undefined,
    async invoke(code, event) {
      invoked.push([code, event]);
      return failures ? { batchItemFailures: failures as { itemIdentifier: string }[] } : undefined;
    },
    log: { info() {}, warn: (line) => warnings.push(line), error() {} },
  });
  return { disposition, invoked, warnings };
}

test("a message of an earlier version is routed to its code, and its result is final", async () => {
  const { disposition, invoked } = await take(message("v1"));
  expect(disposition).toBe("finished");
  expect(invoked).toEqual([["arn:draw:1", { Records: [record] }]]);
});

test("a message that the other returns stays in the queue, for the returned time", async () => {
  const { disposition } = await take(message("v1"), { failures: [{ itemIdentifier: "m" }] });
  expect(disposition).toEqual({ why: "the function of version v1 returned it" });
});

test("the version of the state machine counts, not that of the run's acceptance", async () => {
  expect((await take(message("v1", "v2"))).invoked).toEqual([]);
  expect((await take(message("v2", "v1"))).invoked).toHaveLength(1);
});

test("a routed message is handled, whatever its version", async () => {
  const { disposition, invoked } = await take(message("v1"), { functionVersion: "7" });
  expect([disposition, invoked]).toEqual([undefined, []]);
});

test("its own messages are handled here without a read", async () => {
  const { disposition, invoked, warnings } = await take(message("v2"));
  expect([disposition, invoked, warnings]).toEqual([undefined, [], []]);
});

test.each([
  ["of an unknown version", message("v0"), {}],
  ["of a step that the version did not have", message("v1"), { steps: {} }],
  ["whose code was deleted", message("v1"), { failures: null }],
])("a message %s is handled here, and that is logged", async (_, taken, options) => {
  const { disposition, warnings } = await take(taken, options);
  expect(disposition).toBeUndefined();
  expect(warnings).toHaveLength(1);
});

test("a release is read until it exists, and then no more", async () => {
  const answers = [undefined, { version: "v1" } as ReleaseItem];
  const find = remembering(async () => answers.shift());
  expect(await find("film", "v1")).toBeUndefined();
  expect(await find("film", "v1")).toEqual({ version: "v1" });
  expect(await find("film", "v1")).toEqual({ version: "v1" });
});
