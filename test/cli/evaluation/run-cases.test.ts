import { expect, test } from "vitest";
import { scorer } from "../../../lib/evaluation/scorers.ts";
import { approvalItem, claimItem, log, runItem, waiterItem } from "../../runtime/relay/log-items.ts";
import { deployed } from "./harness.ts";

const numbers = (...all: number[]) => all.map((n) => ({ id: `n${n}`, input: { n }, expected: 2 * n }));

test("each case is one run, with its duration, cost and scores, in the order of the set", async () => {
  const { evaluate, sent } = deployed((n) => ({ after: n === 1 ? 5_000 : 500 }));
  const outcomes = await evaluate([...numbers(1, 2), { id: "wrong", input: { n: 3 }, expected: 7 }]);
  expect(outcomes).toMatchObject([
    {
      id: "n1",
      status: "succeeded",
      milliseconds: 5_000,
      usd: 0.01,
      tokens: 10,
      scores: { exact: { score: 1 } },
    },
    { id: "n2", milliseconds: 500, reused: false },
    { id: "wrong", status: "succeeded", scores: { exact: { score: 0, why: "6, expected 7" } } },
  ]);
  expect(sent.map(({ name, data }) => [name, data])).toContainEqual(["number.counted", { n: 1 }]);
});

test("no more cases run at a time than allowed", async () => {
  const { evaluate, mostOpen, sent } = deployed(() => ({}), { concurrency: 3 });
  await evaluate(numbers(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
  expect([sent.length, mostOpen()]).toEqual([10, 3]);
});

test("a repetition sends nothing, and scores the same runs", async () => {
  const { evaluate, sent } = deployed();
  const first = await evaluate(numbers(1, 2));
  const second = await evaluate(numbers(1, 2));
  expect(sent).toHaveLength(2);
  expect(second).toEqual(first.map((one) => ({ ...one, reused: true })));
  await evaluate(numbers(1, 2), "two");
  expect(sent).toHaveLength(4);
  expect(new Set(sent.map(({ id }) => id)).size).toBe(4);
});

test("an evaluation that was interrupted sends the rest, and waits for the runs that it has started", async () => {
  const doubles = deployed(() => ({ after: 60_000 }));
  const { sleep } = doubles.ports;
  doubles.ports.sleep = async () => {
    throw new Error("interrupted");
  };
  await expect(doubles.evaluate(numbers(1, 2))).rejects.toThrow("interrupted");
  doubles.ports.sleep = sleep;
  const outcomes = await doubles.evaluate(numbers(1, 2, 3));
  expect(doubles.sent.map(({ data }) => data.n)).toEqual([1, 2, 3]);
  expect(outcomes).toMatchObject([
    { reused: true, status: "succeeded" },
    { reused: true, status: "succeeded" },
    { reused: false, status: "succeeded" },
  ]);
});

test("a run that fails has the score 0 with every scorer that applies, and its reason", async () => {
  const failure = { error: "Millrace.GiveUp", cause: '{"path":"double","message":"too large","attempt":2}' };
  const { evaluate } = deployed(() => ({ run: { status: "failed", output: undefined, failure } }), {
    scorers: [
      scorer("own", () => 1),
      scorer(
        "other",
        () => 1,
        ({ expected }) => expected !== undefined,
      ),
    ],
  });
  expect(await evaluate([{ id: "a", input: { n: 1 } }])).toMatchObject([
    { status: "failed", problem: expect.stringContaining("too large"), scores: { own: { score: 0 } } },
  ]);
  const [one] = await evaluate([{ id: "a", input: { n: 1 } }]);
  expect(Object.keys(one!.scores)).toEqual(["own"]);
});

test("a run that does not end in time is unfinished, with what it waits for, and has no score", async () => {
  const asked = approvalItem(1, 0, { path: "editor", approval: "editor" });
  const { evaluate } = deployed(() => ({ after: 1e9, approvals: [asked] }), {
    within: "30 seconds",
  });
  expect(await evaluate(numbers(1))).toMatchObject([
    {
      status: "unfinished",
      scores: {},
      problem: "It is running after 30 seconds, waits for a decision of editor.",
    },
  ]);
});

test("an event without a run is unfinished, with the command that shows why", async () => {
  const { evaluate, ports } = deployed(() => ({}), { within: "30 seconds" });
  ports.read = async () => undefined;
  const [one] = await evaluate(numbers(1));
  expect(one!.problem).toMatch(
    /^No run after 30 seconds: "millrace deliveries eval-doubles-\w{16}" shows why\.$/,
  );
});

test("the evaluation decides what it knows, and leaves the rest to a person", async () => {
  const questions = ["editor", "lawyer"].map((path) => approvalItem(1, 0, { path, approval: path }));
  const { evaluate, decided } = deployed(() => ({ after: 20_000, approvals: questions }), {
    decide: ({ approval, show }) => (approval === "editor" && show !== undefined ? true : undefined),
  });
  await evaluate(numbers(1));
  expect(decided).toEqual([["editor", true]]);
});

test("the cost of a case includes the runs that its run called", async () => {
  const { evaluate, others, logs } = deployed();
  const child = "make-page-child";
  const { run } = (await evaluate(numbers(1)))[0]!;
  const wait = waiterItem(1, 1, { run, purpose: "child", key: child });
  logs.set(run, [...log(runItem(1, 0, { run })), ...log(wait)]);
  const budget = { limit: {}, free: {}, spent: { usd: 0.2, tokens: 300 }, reserved: {} };
  others.set(child, { run: runItem(1, 0, { run: child, budget }), claims: [], approvals: [] });
  expect(await evaluate(numbers(1))).toMatchObject([{ usd: 0.21, tokens: 310 }]);
});

test("a scorer reads results of steps, and its own failure names the case", async () => {
  const claims = [claimItem(1, 0, { path: "double", state: "done", result: { kept: 1 } })];
  const kept = scorer("kept", async ({ step }) => (await step("double")).kept);
  const doubles = deployed(() => ({ claims }), { scorers: [kept] });
  expect(await doubles.evaluate(numbers(1))).toMatchObject([{ scores: { kept: { score: 1 } } }]);
  const wrong = deployed(() => ({ claims }), { scorers: [scorer("kept", ({ step }) => step("triple"))] });
  await expect(wrong.evaluate(numbers(1))).rejects.toThrow(
    /^The scorer "kept" failed for the case "n1" \(run double-number-\w+\): .* no result of a step "triple"\. It has double\. Fix it and repeat/,
  );
});
