import { beforeEach, expect, test } from "vitest";
import { never, workWorld } from "./work-world.ts";

let world: ReturnType<typeof workWorld>;
beforeEach(() => {
  world = workWorld();
});

const answers = () => world.machines.answers.map(({ token, error }) => [token, error]);

test.each(["failed", "terminated", "timed-out", "compensating"] as const)(
  "a step of an execution that was redriven after its run %s is answered, and nothing runs",
  async (status) => {
    world.change({ status });
    expect(await world.deliver({}, never)).toMatchObject({ kind: "dropped" });
    expect(answers()).toEqual([["t1", "Millrace.RunOver"]]);
    expect(JSON.parse(world.machines.answers[0]!.cause!).message).toContain('"millrace retry r"');
  },
);

test("also where its claim is sealed, and where a retry has begun the next epoch", async () => {
  await world.deliver({}, () => Promise.reject(new Error("no")));
  await world.state.claims.seal("r", 1);
  world.change({ status: "failed" });
  await world.deliver({ taskToken: "t2", attempt: 2 }, never);
  world.change({ status: "running", epoch: 2 });
  await world.deliver({ taskToken: "t3", attempt: 3 }, never);
  expect(answers().slice(1)).toEqual([
    ["t2", "Millrace.RunOver"],
    ["t3", "Millrace.RunOver"],
  ]);
});

test("a run that is being closed gives no answer: its execution is stopped, and that is its end", async () => {
  world.change({ status: "closing" });
  expect(await world.deliver({}, never)).toMatchObject({ kind: "dropped" });
  expect(answers()).toEqual([]);
});
