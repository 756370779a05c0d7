import { beforeEach, expect, test } from "vitest";
import { never, RUN, workHarness } from "./work-harness.ts";

let harness: ReturnType<typeof workHarness>;
beforeEach(() => {
  harness = workHarness();
});

const answers = () => harness.machines.answers.map(({ token, error }) => [token, error]);

test.each(["failed", "terminated", "timed-out", "compensating"] as const)(
  "a step of an execution that was redriven after its run %s is answered, and nothing runs",
  async (status) => {
    harness.change({ status });
    expect(await harness.deliver({}, never)).toMatchObject({ kind: "dropped" });
    expect(answers()).toEqual([["t1", "Millrace.RunOver"]]);
    expect(JSON.parse(harness.machines.answers[0]!.cause!).message).toContain(`"millrace retry ${RUN}"`);
  },
);

test("also where its claim is sealed, and where a retry has begun the next epoch", async () => {
  await harness.deliver({}, () => Promise.reject(new Error("no")));
  await harness.state.claims.seal(RUN, 1);
  harness.change({ status: "failed" });
  await harness.deliver({ taskToken: "t2", attempt: 2 }, never);
  harness.change({ status: "running", epoch: 2 });
  await harness.deliver({ taskToken: "t3", attempt: 3 }, never);
  expect(answers().slice(1)).toEqual([
    ["t2", "Millrace.RunOver"],
    ["t3", "Millrace.RunOver"],
  ]);
});

test("a run that is being closed gives no answer: its execution is stopped, and that is its end", async () => {
  harness.change({ status: "closing" });
  expect(await harness.deliver({}, never)).toMatchObject({ kind: "dropped" });
  expect(answers()).toEqual([]);
});
