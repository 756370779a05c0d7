import { describe, expect, test } from "vitest";
import * as z from "zod";
import { compare } from "../../../lib/contract/recording/compare.ts";
import { readRecording } from "../../../lib/contract/recording/read.ts";
import { type ExecutionRecord, record } from "../../../lib/contract/recording/record.ts";
import { enclosing, type Path, within } from "../../../lib/contract/recording/recording.ts";
import { show } from "../../../lib/contract/recording/show.ts";
import { defineEvent, gt } from "../../../lib/index.ts";
import { type Reply, runWorkflow } from "../../workflow/engine.ts";
import { order, type Run } from "../../workflow/execute.ts";
import { machineOf, textStep, workflowOf } from "../../workflow/sample.ts";
import { delayed, recorded, replayed, replayOf } from "./replayed.ts";

const OrderPaid = defineEvent("order.paid", {
  version: 1,
  schema: z.object({ amount: z.number() }),
  key: () => "k",
});
const text = (name: string) => textStep(name);

/** Three things in a row, the second for each line, the third where it is worth it. */
const original: Run = (w, event) => {
  const plan = w.step(text("plan"), { text: event.id });
  const written = w.each(event.lines, (line) => w.step(text("write"), { texts: [line, plan.text] }), {
    as: "lines",
  });
  const review = w.approval("editor", { show: { written }, within: "10 minutes", otherwise: "reject" });
  w.when(gt(event.amount, 5), () => w.step(text("publish"), { any: { written, review } }));
  return { plan };
};

async function recordOf(
  run: Run,
  reply: (message: any) => Reply,
  milliseconds = 40,
): Promise<ExecutionRecord> {
  const { record } = await runWorkflow(workflowOf(run), order, reply);
  return delayed(record, milliseconds);
}

const usual = (message: any): Reply =>
  message.approval
    ? { result: { approved: true, decidedBy: "ada" }, after: 60 }
    : { result: { text: `${message.path} is done` }, after: 3 };

describe("on its own definition, a run takes the same path", () => {
  const stories: Record<string, (message: any) => Reply> = {
    "when all goes well": usual,
    "when no person answers in time": (message) => (message.approval ? undefined : usual(message)),
    "when a step fails for good": (message) =>
      message.path === "lines[1]/write" ? { error: "Millrace.GiveUp", after: 1 } : usual(message),
    "when it is retried": (message) =>
      message.path === "plan" && message.attempt === 1
        ? { error: "SQS.SdkClientException", after: 1 }
        : usual(message),
    "when its deadline passes": (message) => (message.path === "plan" ? undefined : usual(message)),
  };
  test.each(Object.keys(stories))("%s", async (name) => {
    const execution = recorded(await recordOf(original, stories[name]!));
    expect(await replayOf(execution)).toMatch(/^the same path: \d+ moments/);
  });

  const racing: Run = (w) => {
    const first = w.race(
      {
        quick: () => w.step(text("quick"), { text: "q" }),
        slow: () => w.step(text("slow"), { text: w.step(text("before"), {}).text }),
      },
      { as: "first" },
    );
    return w.step(text("next"), { any: first });
  };

  test.each([
    ["quick", 2, 3],
    ["slow", 9, 3],
    // Both at the same time.
    ["", 6, 3],
  ])("when a race was won by a way: %s", async (winner, quick, each) => {
    const { record, output } = await runWorkflow(workflowOf(racing), order, ({ path, input }) => ({
      result: { text: path === "next" ? input.any.winner : "t" },
      after: path.endsWith("quick") ? quick : path === "next" ? 1 : each,
    }));
    if (winner) expect(output.text).toBe(winner);
    expect(await replayOf(recorded(delayed(record, 40)))).toMatch(/^the same path/);
  });

  test("when one branch fails while another is running", async () => {
    const race: Run = (w) => {
      const quick = w.step(text("quick"), { text: "q" });
      const slow = w.step(text("slow"), { text: w.step(text("before"), {}).text });
      return { quick, slow };
    };
    const execution = recorded(
      await recordOf(race, ({ path }) =>
        path === "quick" ? { error: "Millrace.GiveUp", after: 4 } : { result: { text: "t" }, after: 3 },
      ),
    );
    const now = await replayed(execution);
    expect(now.status).toBe("FAILED");
    expect(show(compare(execution, now, "all"))).toMatch(/^the same path/);
  });

  test("when another branch ended just before the end that a failure caused", async () => {
    const race: Run = (w) => {
      const paid = w.waitFor(OrderPaid, { key: "k", within: "10 seconds", otherwise: "fail" });
      const quick = w.step(text("quick"), { text: "q" });
      const next = w.step(text("next"), { text: quick.text });
      return { paid, next };
    };
    const execution = recorded(
      await recordOf(race, ({ path }) =>
        path === "quick" ? { result: { text: "t" }, after: 9.99 } : undefined,
      ),
    );
    const now = await replayed(execution);
    const calls = (path: Path) => path.places.flatMap(({ moments }) => moments.map(({ state }) => state));
    expect(calls(execution)).toContain("next");
    expect(calls(now)).not.toContain("next");
    expect(show(compare(execution, now, "all"))).toMatch(/^the same path/);
  });

  test("when a branch fails after random pauses, just before the timeout of another", async () => {
    const race: Run = (w) => ({
      tried: w.step(text("tried"), {}),
      paid: w.waitFor(OrderPaid, { key: "k", within: "8 seconds", otherwise: "fail" }),
    });
    const execution = recorded(
      await recordOf(
        race,
        ({ path, attempt }) =>
          path === "tried" ? { error: attempt < 6 ? "SQS.SdkClientException" : "Early" } : undefined,
        0,
      ),
    );
    const end = execution.places[0]!.moments.at(-1);
    expect(end).toMatchObject({ what: "ended", value: { error: "Early" } });
    expect(await replayOf(execution)).toMatch(/^the same path/);
  });

  test("when it is still in progress, or was ended from outside", async () => {
    const { history, ...rest } = await recordOf(original, usual);
    const half = history.slice(0, history.length / 2);
    expect(await replayOf(recorded({ ...rest, history: half }))).toMatch(/^the same path/);
    const aborted = {
      id: 1000,
      previousEventId: 0,
      timestamp: half.at(-1)!.timestamp,
      type: "ExecutionAborted",
    };
    const execution = recorded({ ...rest, history: [...half, aborted] });
    expect(execution.status).toBe("ABORTED");
    expect(await replayOf(execution)).toMatch(/^the same path/);
  });

  test("when an answer was only just in time", async () => {
    const execution = recorded(
      await recordOf(
        original,
        (message) =>
          message.approval ? { result: { approved: false, decidedBy: "ada" }, after: 599 } : usual(message),
        150,
      ),
    );
    expect(await replayOf(execution)).toMatch(/^the same path/);
  });
});

describe("on another definition, the first difference is reported", () => {
  const changed = async (run: Run, reply = usual): Promise<string> =>
    await replayOf(recorded(await recordOf(original, reply)), machineOf(run), "calls");

  test("a missing step", async () => {
    const shown = await changed((w, event) => {
      const plan = w.step(text("plan"), { text: event.id });
      w.step(text("spell"), { text: plan.text }, { after: [plan] });
      return { plan };
    });
    expect(shown).toMatchInlineSnapshot(`
      "another path in the run itself, from moment 5 on:

          RECORDED                                        NOW
          called plan                                     called plan
          answered plan                                   answered plan
          left plan                                       left plan
        ≠ entered lines (Map)                             entered spell
          left lines                                      called spell

      It asks for step "spell" at path spell, where the run enters state "lines".
        with {"text":"plan is done"}

      Later also in lines[0], in lines[1]."
    `);
  });

  test("a step with another input, in one iteration", async () => {
    const shown = await changed((w, event) => {
      const plan = w.step(text("plan"), { text: event.id });
      const written = w.each(
        event.lines,
        (line, at) => w.step(text("write"), { texts: [line, plan.text], any: gt(at, 0) }),
        { as: "lines" },
      );
      const review = w.approval("editor", { show: { written }, within: "10 minutes", otherwise: "reject" });
      w.when(gt(event.amount, 5), () => w.step(text("publish"), { any: { written, review } }));
      return { plan };
    });
    expect(shown).toMatchInlineSnapshot(`
      "another path in lines[0], from moment 2 on:

          RECORDED                                        NOW
          entered write                                   entered write
        ≠ called write                                    called write
          answered write                                  answered write

      It asks for step "write" at path lines[0]/write with other data:
        MessageBody.input.any: recorded nothing, now false

      Later also in lines[1]."
    `);
  });

  test("a step that is left out at the end", async () => {
    const shown = await changed((w, event) => {
      const plan = w.step(text("plan"), { text: event.id });
      const written = w.each(event.lines, (line) => w.step(text("write"), { texts: [line, plan.text] }), {
        as: "lines",
      });
      w.approval("editor", { show: { written }, within: "10 minutes", otherwise: "reject" });
      return { plan };
    });
    expect(shown).toMatch(/^another path in the run itself, from moment 11 on:/);
    expect(shown).toMatch(/≠ entered when event\.amount > 5 \(Choice\) +ended SUCCEEDED/);
  });

  test("but not what states only pass to each other", async () => {
    const execution = recorded(await recordOf(original, usual));
    const definition: any = structuredClone(execution.definition);
    definition.States.plan.Assign.more = 1;
    expect(await replayOf(execution, definition, "calls")).toMatch(/^the same path/);
    expect(await replayOf(execution, definition, "all")).toMatch(/assigned\.more: recorded nothing, now 1/);
  });

  test("a timeout shorter than the recorded answer took", async () => {
    const execution = recorded(await recordOf(original, usual));
    const definition = JSON.parse(
      JSON.stringify(execution.definition).replace('"TimeoutSeconds":600', '"TimeoutSeconds":30'),
    );
    const shown = await replayOf(execution, definition);
    expect(shown).toMatch(/≠ answered editor +timed out editor/);
  });

  test("another attempt after a failure that ended the run", async () => {
    const failing = (message: any): Reply =>
      message.path === "plan" ? { error: "Other", after: 1 } : usual(message);
    const execution = recorded(await recordOf(original, failing));
    const definition: any = structuredClone(execution.definition);
    definition.States.plan.Retry.push({ ErrorEquals: ["Other"] });
    expect(await replayOf(execution, definition)).toMatch(/≠ ended FAILED +called plan/);
  });
});

test("another attempt in an iteration whose failure ended the run is reported there", async () => {
  const failing = (message: any): Reply =>
    message.path === "lines[1]/write" ? { error: "Other", after: 1 } : usual(message);
  const execution = recorded(await recordOf(original, failing));
  const definition: any = structuredClone(execution.definition);
  definition.States.lines.ItemProcessor.States.write.Retry.push({ ErrorEquals: ["Other"] });
  expect(await replayOf(execution, definition)).toMatch(
    /^another path in lines\[1\], from moment 4 on:[\s\S]*≠ nothing more +called write/,
  );
});

test("an invalid definition is refused with the reason", async () => {
  const execution = recorded(await recordOf(original, usual));
  await expect(replayed(execution, { StartAt: "x", States: {} })).rejects.toThrow(
    /^The definition is none: /,
  );
});

test("a token never gets into a recording", async () => {
  const found = await recordOf(original, usual);
  expect(JSON.stringify(found.history)).toContain("AQCEAAAAKgAAAAM");
  expect(JSON.stringify(record(found))).not.toContain("AQCEAAAAKgAAAAM");
});

test("what cannot be replayed is refused when it is recorded", async () => {
  const { history, ...rest } = await recordOf(original, usual);
  const more = { id: 999, previousEventId: 1, timestamp: history[0]!.timestamp };
  const withEvent = (type: string) => ({ ...rest, history: [...history, { ...more, type }] });
  expect(() => record(withEvent("ExecutionRedriven"))).toThrow(/was redriven/);
  expect(() => record(withEvent("MapRunStarted"))).toThrow(/distributed Map/);
  expect(() => record({ ...rest, history: [] })).toThrow(/does not contain the start/);
});

describe("a recording", () => {
  test("is read as it was written", async () => {
    const recording = record(await recordOf(original, usual));
    expect(readRecording(JSON.stringify(recording), "run.json")).toEqual(recording);
  });

  test.each([
    ["{", /^run\.json is not JSON: /],
    ["null", /^run\.json is not the recording of a run/],
    ['{"format":1}', /^run\.json is not the recording of a run/],
    ['{"format":2,"executions":[]}', /^run\.json is a recording in format 2; this version reads format 1/],
  ])("that is invalid is refused: %s", (file, message) => {
    expect(() => readRecording(file, "run.json")).toThrow(message);
  });
});

test.each([
  ["", "frames", 2],
  ["together[a [1]/b]", "each/one", 0],
  ["frames[2]/frames[3]", "do [it]", "first"],
])("a place names its parents: %s, %s, %s", (at, state, which) => {
  expect(enclosing(within(at, state, which))).toEqual({ at, state });
});
