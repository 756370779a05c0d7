import { expect, test } from "vitest";
import * as z from "zod";
import { compile, defineStep, eq, type Workflow } from "../../lib/index.ts";
import { diagnose } from "./diagnose.ts";
import { type Reply, runWorkflow } from "./engine.ts";
import { bindings, textStep, workflowOf } from "./sample.ts";

const order = { id: "o1", amount: 7, lines: ["pen", "ink"], shelves: [], tags: {}, coupon: null };

const draft = textStep("draft");
const cheap = textStep("cheap");
const finish = textStep("finish");
const patient = defineStep("patient", {
  input: draft.input,
  output: draft.output,
  timeout: "1 minute",
  retry: { attempts: 3, backoff: "2 seconds" },
});

const text = (text: string): Reply => ({ result: { text } });
const failure = (error: string, name: string, message = "no"): Reply => ({
  error,
  cause: { step: "draft", path: "draft", attempt: 1, policy: "give-up", name, message },
});
const run = (workflow: Workflow, replies: Record<string, (message: any) => Reply>) =>
  runWorkflow(workflow, order, (message) => replies[message.approval ?? message.step]!(message));

const withFallback = workflowOf((w, event) => {
  const drafted = w.step(
    patient,
    { text: event.id },
    {
      fallback: (failed) => {
        const made = w.step(cheap, { text: failed.message });
        return { text: made.text, error: failed.error };
      },
    },
  );
  return w.step(finish, { text: drafted.text, any: drafted });
});

test.each([
  ["Millrace.Retry", 3],
  ["Millrace.GiveUp", 1],
  ["Millrace.Unavailable", 1],
  ["Millrace.Discarded", 1],
])("a step that ends with %s takes its fallback, which can read the failure", async (error, tries) => {
  const ran = await run(withFallback, {
    patient: () => failure(error, "TypeError", "worn out"),
    cheap: ({ input }) => text(`cheap: ${input.text}`),
    finish: ({ input }) => ({ result: input.any }),
  });
  expect(ran.output).toEqual({ text: "cheap: worn out", error: "TypeError" });
  expect(ran.messages.filter(({ step }) => step === "patient")).toHaveLength(tries);
  expect(ran.messages[0]).toMatchObject({ fallback: true });
});

test("a step that succeeds does not run its fallback", async () => {
  const ran = await run(withFallback, {
    patient: () => text("good"),
    finish: ({ input }) => text(input.text),
  });
  expect(ran.messages.map(({ step }) => step)).toEqual(["patient", "finish"]);
  expect(ran.output).toEqual({ text: "good" });
});

test("a step without a fallback fails its run, and says so to its worker", async () => {
  const ran = await run(
    workflowOf((w) => w.step(draft, {})),
    {
      draft: () => failure("Millrace.GiveUp", "TypeError", "worn out"),
    },
  );
  expect(ran).toMatchObject({ status: "FAILED", error: "Millrace.GiveUp" });
  expect(JSON.parse(ran.cause!)).toMatchObject({ message: "worn out" });
  expect(ran.messages).toMatchObject([{ fallback: false }]);
});

test("a fallback of a value alone, at the end of an iteration and before its end", async () => {
  const workflow = workflowOf((w, event) =>
    w.each(
      event.lines,
      (line) => {
        const first = w.step(draft, { text: line }, { fallback: () => ({ text: "plain" }) });
        const second = w.step(cheap, { text: first.text, any: line });
        return w.step(finish, { text: second.text }, { fallback: ({ message }) => [line, message, second] });
      },
      { as: "lines" },
    ),
  );
  const ran = await run(workflow, {
    draft: ({ path }) => (path === "lines[0]/draft" ? failure("Millrace.GiveUp", "E") : text("drafted")),
    cheap: ({ input }) => text(`${input.any}: ${input.text}`),
    finish: ({ input, path }) =>
      path === "lines[1]/finish" ? failure("Millrace.GiveUp", "E", "last") : text(input.text),
  });
  expect(ran.output).toEqual([{ text: "pen: plain" }, ["ink", "last", { text: "ink: drafted" }]]);
});

test("a fallback in a parallel branch, itself parallel", async () => {
  const workflow = workflowOf((w) => {
    const other = w.step(draft, {}, { as: "other" });
    const made = w.step(
      draft,
      {},
      {
        fallback: (failed) => [
          w.step(cheap, { text: failed.message }, { as: "a" }).text,
          w.step(cheap, { text: failed.error }, { as: "b" }).text,
          failed.message,
        ],
      },
    );
    return { made, other };
  });
  const ran = await run(workflow, {
    draft: ({ path }) => (path === "draft" ? failure("Millrace.GiveUp", "E", "m") : text("other")),
    cheap: ({ input }) => text(input.text),
  });
  expect(ran.output).toEqual({ made: ["m", "E", "m"], other: { text: "other" } });
});

test("a step that asks is tried again when a person says so, and each time again", async () => {
  let tries = 0;
  const workflow = workflowOf((w, event) =>
    w.each(event.lines, (line) => w.step(finish, { text: w.step(draft, { text: line }).text, any: line }), {
      as: "lines",
    }),
  );
  const ran = await run(workflow, {
    draft: ({ path, input }) =>
      path === "lines[0]/draft" && ++tries < 3
        ? failure("Millrace.Ask", "LeaseExpired", "who knows")
        : text(input.text),
    operator: () => ({ result: { approved: true, decidedBy: "ada" }, after: 600 }),
    finish: ({ input }) => text(`${input.any}: ${input.text}`),
  });
  expect(ran.output).toEqual([{ text: "pen: pen" }, { text: "ink: ink" }]);
  const [question, again] = ran.messages.filter(({ approval }) => approval);
  expect(question).toMatchObject({
    approval: "operator",
    path: "lines[0]/draft/asks",
    level: 1,
    show: { name: "LeaseExpired", message: "who knows" },
  });
  const drafts = ran.messages.filter(({ path }) => path === "lines[0]/draft");
  expect(drafts.map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
  expect(drafts.map(({ entered }) => entered).toSorted()).toEqual(drafts.map(({ entered }) => entered));
  expect(new Set(drafts.map(({ entered }) => entered)).size).toBe(3);
  expect(again.entered > question.entered).toBe(true);
});

test("a no fails the run with the step's own error", async () => {
  const ran = await run(
    workflowOf((w) => w.step(draft, {}, { asks: "clerk" })),
    {
      draft: () => failure("Millrace.Ask", "LeaseExpired", "who knows"),
      clerk: () => ({ result: { approved: false, decidedBy: "ada" } }),
    },
  );
  expect(ran).toMatchObject({ status: "FAILED", error: "Millrace.Ask" });
  expect(JSON.parse(ran.cause!)).toMatchObject({ name: "LeaseExpired", message: "who knows" });
});

test("a no takes the fallback where there is one", async () => {
  const ran = await run(withFallback, {
    patient: () => failure("Millrace.Ask", "LeaseExpired", "who knows"),
    operator: () => ({ result: { approved: false, decidedBy: "ada" } }),
    cheap: ({ input }) => text(input.text),
    finish: ({ input }) => ({ result: input.any }),
  });
  expect(ran.output).toEqual({ text: "who knows", error: "LeaseExpired" });
});

test("a question within the rounds of a loop has the round in its path, and the step its state", async () => {
  const workflow = workflowOf(
    (w) =>
      w.repeat(
        {
          as: "think",
          state: z.object({ text: z.string() }),
          initial: { text: "" },
          until: (state) => eq(state.text, "xx"),
          most: 3,
        },
        (state) => w.step(draft, { text: state.text }),
      ).state.text,
  );
  let doubts = 0;
  const ran = await run(workflow, {
    draft: ({ input, path }) =>
      path === "think[2]/draft" && doubts++ === 0
        ? failure("Millrace.Ask", "LeaseExpired")
        : text(`${input.text}x`),
    operator: () => ({ result: { approved: true, decidedBy: "ada" } }),
  });
  expect(ran.output).toBe("xx");
  expect(ran.messages.map(({ path }) => path)).toEqual([
    "think[1]/draft",
    "think[2]/draft",
    "think[2]/draft/asks",
    "think[2]/draft",
  ]);
});

test("the value that crosses into another branch is the fallback's", async () => {
  const crossing = workflowOf((w) => {
    const a = w.step(draft, {}, { as: "a" });
    const b = w.step(draft, {}, { as: "b", fallback: ({ message }) => w.step(cheap, { text: message }) });
    return [w.step(finish, { any: [a, b] }, { as: "c" }), w.step(finish, { any: b }, { as: "d" })];
  });
  const ran = await runWorkflow(crossing, order, ({ path, step, input }) => {
    if (path === "b") return { error: "Millrace.GiveUp", cause: { name: "E", message: "m" } };
    return { result: { text: step === "finish" ? JSON.stringify(input.any) : (input.text ?? path) } };
  });
  expect(ran.output).toEqual([{ text: '[{"text":"a"},{"text":"m"}]' }, { text: '{"text":"m"}' }]);
});

test("a step with a fallback, whole", () => {
  const machine = compile(
    workflowOf((w) => ({ made: w.step(draft, {}, { fallback: ({ message }) => message }) })),
    bindings,
  );
  expect(diagnose(machine)).toEqual([]);
  expect(Object.keys(machine.States)).toEqual(["draft", "draft asks", "draft again?", "draft fallback"]);
  const { draft: draftState } = machine.States;
  expect(draftState).toMatchObject({
    Catch: [
      {
        ErrorEquals: ["Millrace.Ask"],
        Assign: { draft_failure: "{% $states.errorOutput %}" },
        Next: "draft asks",
      },
      {
        ErrorEquals: [
          "Millrace.Retry",
          "Millrace.GiveUp",
          "Millrace.Unavailable",
          "Millrace.Discarded",
          "Millrace.ChildFailed",
        ],
        Assign: { draft_failure: "{% $states.errorOutput %}" },
        Next: "draft fallback",
      },
    ],
    Output: { made: "{% $states.result %}" },
    End: true,
  });
  expect(machine.States["draft again?"]).toEqual({
    Type: "Choice",
    Choices: [{ Condition: "{% $draft_decision.approved %}", Next: "draft" }],
    Default: "draft fallback",
  });
  expect(machine.States["draft fallback"]).toEqual({
    Type: "Pass",
    Output: { made: "{% $parse($draft_failure.Cause).message %}" },
    End: true,
  });
});
