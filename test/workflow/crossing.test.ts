import { expect, test } from "vitest";
import { gt } from "../../lib/index.ts";
import { execute, type Run } from "./execute.ts";
import { check, machineOf, textStep } from "./sample.ts";

const draft = textStep("draft");
const mix = textStep("mix");
const finish = textStep("finish");

/** c needs a and b, d needs b alone: neither sequences nor parallels make that. */
const crossing: Run = (w) => {
  const a = w.step(draft, {}, { as: "a" });
  const b = w.step(draft, {}, { as: "b" });
  const c = w.step(finish, { any: [a.text, b.text] }, { as: "c" });
  const d = w.step(mix, { text: b.text }, { as: "d" });
  return { c, d };
};

/** Steps take so many seconds, and answer their path. */
const lasting = (seconds: Record<string, number>) => {
  const answer = ({ path }: any) => ({ result: { text: path }, after: seconds[path] ?? 1 });
  return { draft: answer, mix: answer, finish: answer };
};

function branchesOf(run: Run): any[] {
  const { States, StartAt } = machineOf(run);
  return (States[StartAt] as any).Branches;
}

test("one branch sends a signal, the other waits for it and reads the value from the answer", () => {
  const [waiting, signalling] = branchesOf(crossing);
  const common = {
    QueueUrl: "https://queue/waits",
    MessageGroupId: "{% $states.context.Execution.Input.run.id %}",
  };
  const run = "{% $states.context.Execution.Input.run %}";
  expect(waiting.States["c waits for b"]).toEqual({
    Type: "Task",
    Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    Arguments: {
      ...common,
      MessageBody: {
        taskToken: "{% $states.context.Task.Token %}",
        run,
        kind: "signalled",
        path: "c",
        of: "b",
        entered: "{% $states.context.State.EnteredTime %}",
        attempt: "{% $states.context.State.RetryCount + 1 %}",
      },
    },
    TimeoutSeconds: 3600,
    Retry: [expect.anything()],
    Assign: { b_for_c: "{% $states.result %}" },
    Next: "c",
  });
  expect(waiting.States.a.Next).toBe("c waits for b");
  expect(waiting.States.c.Arguments.MessageBody.input).toEqual({
    any: ["{% $a.text %}", "{% $b_for_c.text %}"],
  });
  expect(signalling.States.b).toMatchObject({ Assign: { b: "{% $states.result %}" }, Next: "b signals" });
  expect(signalling.States["b signals"]).toEqual({
    Type: "Task",
    Resource: "arn:aws:states:::sqs:sendMessage",
    Arguments: { ...common, MessageBody: { run, kind: "signal", path: "b", value: "{% $b %}" } },
    Retry: [expect.anything()],
    Next: "d",
  });
});

test.each([
  [{ a: 5, b: 1, c: 1, d: 9 }, 10],
  [{ a: 1, b: 5, c: 9, d: 1 }, 14],
  [{ a: 9, b: 2, c: 1, d: 1 }, 10],
])("nothing waits for what it does not need: %j", async (seconds, total) => {
  const ran = await execute(crossing, lasting(seconds));
  expect(ran.output).toEqual({ c: { text: "c" }, d: { text: "d" } });
  expect(ran.inputs).toMatchObject({ c: { any: ["a", "b"] }, d: { text: "b" } });
  expect(ran.seconds).toBe(total);
});

test("an order alone crosses without a value", async () => {
  const run: Run = (w) => {
    const a = w.step(draft, {}, { as: "a" });
    const b = w.step(draft, {}, { as: "b" });
    w.step(finish, { any: a.text }, { as: "c", after: [b] });
    w.step(mix, { text: b.text }, { as: "d" });
  };
  const [waiting, signalling] = branchesOf(run);
  expect(signalling.States["b signals"].Arguments.MessageBody.value).toBeNull();
  expect(waiting.States["c waits for b"]).not.toHaveProperty("Assign");
  expect((await execute(run, lasting({ b: 7 }))).seconds).toBe(8);
});

test("a crossing value is awaited once in a branch, however often it is read there", async () => {
  const run: Run = (w) => {
    const a = w.step(draft, {}, { as: "a" });
    const b = w.step(draft, {}, { as: "b" });
    const c = w.step(finish, { any: [a.text, b.text] }, { as: "c" });
    w.step(mix, { text: b.text }, { as: "d" });
    return w.step(finish, { any: [c.text, b.text] }, { as: "e" });
  };
  const [waiting] = branchesOf(run);
  expect(Object.keys(waiting.States).filter((name) => name.includes("waits"))).toEqual(["c waits for b"]);
  expect((await execute(run, lasting({}))).inputs.e).toEqual({ any: ["c", "b"] });
});

test("every iteration waits for its own signal", async () => {
  const { inputs, output } = await execute(
    (w, event) =>
      w.each(
        event.shelves,
        (shelf) => {
          const a = w.step(draft, { text: shelf.name }, { as: "a" });
          const b = w.step(draft, { text: shelf.name }, { as: "b" });
          const c = w.step(finish, { any: [a.text, b.text, shelf.name] }, { as: "c" });
          w.step(mix, { text: b.text }, { as: "d" });
          return c.text;
        },
        { as: "shelves" },
      ),
    lasting({ "shelves[0]/b": 9 }),
  );
  expect(inputs["shelves[0]/c"]).toEqual({ any: ["shelves[0]/a", "shelves[0]/b", "a"] });
  expect(inputs["shelves[1]/c"]).toEqual({ any: ["shelves[1]/a", "shelves[1]/b", "b"] });
  expect(output).toEqual(["shelves[0]/c", "shelves[1]/c"]);
});

test("within a branch that is taken, and of one that is not: no wait lasts for ever", async () => {
  const run: Run = (w, event) => {
    const checked = w.step(check, {});
    return w.when(checked.fine, () => {
      const a = w.step(draft, {}, { as: "a" });
      const b = w.when(gt(event.amount, 100), () => w.step(draft, {}), undefined, { as: "b" });
      const c = w.step(finish, { text: a.text, any: { b } }, { as: "c" });
      w.step(mix, { text: b.text }, { as: "d" });
      return c.text;
    });
  };
  const ran = await execute(run, { ...lasting({}), check: () => ({ result: { fine: true, score: 1 } }) });
  expect(ran.output).toBe("c");
  expect(ran.inputs).toMatchObject({ c: { text: "a", any: {} }, d: {} });
});

test("a failure of the branch that should have signalled ends the run with its error", async () => {
  await expect(
    execute(crossing, {
      ...lasting({}),
      draft: ({ path }) => (path === "b" ? { error: "Millrace.GiveUp" } : { result: { text: path } }),
    }),
  ).rejects.toThrow("Millrace.GiveUp");
});

test("names that together are too long for a state or a variable are shortened, each to one of its own", () => {
  const [a, b, c, d] = ["a", "b", "c", "d"].map((letter) => letter.repeat(48)) as [
    string,
    string,
    string,
    string,
  ];
  const [waiting] = branchesOf((w) => {
    const first = w.step(draft, {}, { as: a });
    const second = w.step(draft, {}, { as: b });
    w.step(finish, { any: [first, second] }, { as: c });
    w.step(mix, { text: second.text }, { as: d });
  });
  const wait = waiting.States[a].Next;
  expect(wait).toMatch(/^c{48} waits for b{12}_[a-z2-7]{8}$/);
  const [variable] = Object.keys(waiting.States[wait].Assign);
  expect(variable).toMatch(/^b{48}_for_c{18}_[a-z2-7]{8}$/);
});
