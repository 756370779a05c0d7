import { expect, test } from "vitest";
import * as z from "zod";
import { and, compile, describePlan, eq, gt, gte, plan } from "../../lib/index.ts";
import { diagnose } from "./diagnose.ts";
import { execute, type Run } from "./execute.ts";
import { bindings, machineOf, textStep, workflowOf } from "./sample.ts";

const think = textStep("think");
const act = textStep("act");
const look = textStep("look");

const Notes = z.object({ text: z.string(), rounds: z.number(), note: z.string().optional() });
const initial = { text: "begin", rounds: 0 };

/** Thinks until so many rounds are over. */
const thinking =
  (until: number, options: { most?: number; otherwise?: "fail" | "continue" } = {}): Run =>
  (w) =>
    w.repeat(
      { as: "loop", state: Notes, initial, until: (notes) => gte(notes.rounds, until), most: 4, ...options },
      (notes, round) => {
        const thought = w.step(think, { text: notes.text, any: notes.note });
        return { text: w.step(act, { text: thought.text }).text, rounds: round };
      },
    );

const answers = {
  think: ({ path, input }: any) => ({ result: { text: `${path}(${input.text})` }, after: 2 }),
  act: ({ input }: any) => ({ result: { text: input.text }, after: 1 }),
};

test("each round continues from the state of the last, under a path of its own", async () => {
  const { output, inputs, seconds } = await execute(thinking(3), answers);
  expect(inputs["loop[1]/think"]).toEqual({ text: "begin" });
  expect(inputs["loop[2]/think"]).toEqual({ text: "loop[1]/think(begin)" });
  expect(output).toEqual({
    state: { text: "loop[3]/think(loop[2]/think(loop[1]/think(begin)))", rounds: 3 },
    rounds: 3,
    reached: true,
  });
  expect(seconds).toBe(9);
});

test("there is one round at least", async () => {
  const { output, messages } = await execute(thinking(0), answers);
  expect(output).toMatchObject({ rounds: 1, reached: true });
  expect(messages.map(({ path }) => path)).toEqual(["loop[1]/think", "loop[1]/act"]);
});

test("rounds that do not suffice fail the run, with the way out", async () => {
  const ran = execute(thinking(9), answers);
  await expect(ran).rejects.toThrow("Millrace.RoundsExhausted");
  await expect(ran).rejects.toHaveProperty(
    "cause",
    `"loop" went through all of its 4 rounds, and its condition does not hold yet. Raise "most", or continue without it by { otherwise: "continue" }.`,
  );
});

test("or the run continues with the last state, and knows it", async () => {
  const { output, messages } = await execute(thinking(9, { otherwise: "continue" }), answers);
  expect(output).toMatchObject({ state: { rounds: 4 }, rounds: 4, reached: false });
  expect(messages).toHaveLength(8);
});

test("the last round may be the one that suffices", async () => {
  expect((await execute(thinking(4), answers)).output).toMatchObject({ rounds: 4, reached: true });
});

test("the states of a loop", () => {
  const machine = machineOf((w, order) => {
    const loop = w.repeat(
      {
        as: "loop",
        state: Notes,
        initial: { text: order.id, rounds: 0 },
        until: (notes) => gt(notes.rounds, 2),
        most: 3,
      },
      (notes, round) => ({ text: w.step(think, { text: notes.text }).text, rounds: round }),
    );
    w.step(look, { text: loop.state.text });
  });
  const { loop, think: body, "loop until": until, "loop exhausted": exhausted } = machine.States as any;
  expect(machine.StartAt).toBe("loop");
  expect(loop).toEqual({
    Type: "Pass",
    Assign: {
      loop_state: { text: "{% $states.context.Execution.Input.event.id %}", rounds: 0 },
      loop_round: 1,
    },
    Next: "think",
  });
  expect(body.Arguments.MessageBody).toMatchObject({
    path: "{% 'loop[' & $loop_round & ']' & '/think' %}",
    input: { text: "{% $loop_state.text %}" },
  });
  expect(body).toMatchObject({
    Assign: { loop_state: { text: "{% $states.result.text %}", rounds: "{% $loop_round %}" } },
    Next: "loop until",
  });
  expect(until).toEqual({
    Type: "Choice",
    Choices: [
      {
        Condition: "{% $loop_state.rounds > 2 %}",
        Assign: {
          loop: {
            state: "{% $loop_state %}",
            rounds: "{% $loop_round %}",
            reached: "{% $loop_state.rounds > 2 %}",
          },
        },
        Next: "look",
      },
      { Condition: "{% $loop_round < 3 %}", Assign: { loop_round: "{% $loop_round + 1 %}" }, Next: "think" },
    ],
    Default: "loop exhausted",
  });
  expect(exhausted).toMatchObject({ Type: "Fail", Error: "Millrace.RoundsExhausted" });
  expect(diagnose(machine)).toEqual([]);
});

test("a state that holds something optional loses it where a round does not give it", async () => {
  const { inputs } = await execute(
    (w) =>
      w.repeat(
        {
          as: "loop",
          state: Notes,
          initial: { ...initial, note: "first" },
          until: (notes) => gt(notes.rounds, 1),
          most: 2,
        },
        (notes, round) => ({
          text: w.step(think, { text: notes.note, any: notes }).text,
          rounds: round,
        }),
      ),
    answers,
  );
  expect(inputs["loop[1]/think"]).toEqual({ text: "first", any: { ...initial, note: "first" } });
  expect(inputs["loop[2]/think"]).toEqual({ any: { text: "loop[1]/think(first)", rounds: 1 } });
});

test("a condition may read values from before the loop, and a round may end in a choice", async () => {
  const { output, messages } = await execute(
    (w, event) => {
      const first = w.step(look, {});
      const loop = w.repeat(
        {
          as: "loop",
          state: Notes,
          initial,
          until: (notes) => and(eq(first.text, "seen"), gte(notes.rounds, 3)),
          most: 9,
        },
        (notes, round) =>
          w.when(
            gt(round, 2),
            () => ({ text: w.step(act, { text: event.id }).text, rounds: round }),
            () => ({ text: w.step(think, { text: notes.text }).text, rounds: round }),
          ),
      );
      return [loop.rounds, loop.state.text];
    },
    { ...answers, look: () => ({ result: { text: "seen" } }) },
  );
  expect(messages.map(({ path }) => path)).toEqual(["look", "loop[1]/think", "loop[2]/think", "loop[3]/act"]);
  expect(output).toEqual([3, "o1"]);
});

test("loops in loops and in iterations, iterations and waits in loops: each turn has a path of its own", async () => {
  const { inputs, output } = await execute(
    (w, event) =>
      w.each(
        event.shelves,
        (shelf) => {
          const outer = w.repeat(
            { as: "outer", state: Notes, initial, until: (notes) => gte(notes.rounds, 2), most: 2 },
            (notes, round) => {
              const boxes = w.each(shelf.boxes, (box) => w.step(look, { text: box, any: round }).text, {
                as: "boxes",
              });
              const inner = w.repeat(
                {
                  as: "inner",
                  state: Notes,
                  initial: { text: notes.text, rounds: 0 },
                  until: (own) => gte(own.rounds, round),
                  most: 2,
                },
                (own, turn) => {
                  const a = w.step(think, { text: own.text }, { as: "a" });
                  const b = w.step(think, { text: shelf.name }, { as: "b" });
                  const c = w.step(act, { text: a.text, any: b.text }, { as: "c" });
                  w.step(look, { text: b.text }, { as: "d" });
                  return { text: c.text, rounds: turn };
                },
              );
              w.step(look, { any: boxes }, { as: "seen" });
              return { text: inner.state.text, rounds: round };
            },
          );
          return [outer.rounds, outer.state.text];
        },
        { as: "shelves" },
      ),
    {
      think: ({ path }) => ({ result: { text: path } }),
      act: ({ path }) => ({ result: { text: path } }),
      look: ({ path }) => ({ result: { text: path } }),
    },
  );
  expect(inputs["shelves[1]/outer[2]/inner[2]/c"]).toEqual({
    text: "shelves[1]/outer[2]/inner[2]/a",
    any: "shelves[1]/outer[2]/inner[2]/b",
  });
  expect(inputs["shelves[0]/outer[2]/inner[1]/a"]).toEqual({ text: "shelves[0]/outer[1]/inner[1]/c" });
  expect(inputs["shelves[1]/outer[1]/inner[2]/c"]).toBeUndefined();
  expect(inputs["shelves[0]/outer[2]/boxes[1]/look"]).toEqual({ text: "2", any: 2 });
  expect(inputs["shelves[0]/outer[2]/seen"]).toEqual({
    any: ["shelves[0]/outer[2]/boxes[0]/look", "shelves[0]/outer[2]/boxes[1]/look"],
  });
  expect(output).toEqual([
    [2, "shelves[0]/outer[2]/inner[2]/c"],
    [2, "shelves[1]/outer[2]/inner[2]/c"],
  ]);
});

test("the plan's text", () => {
  const lines = describePlan(plan(workflowOf(thinking(3, { otherwise: "continue" })))).split("\n");
  expect(lines.slice(1)).toEqual([
    "  loop: repeat until loop state.rounds >= 3, at most 4 rounds, otherwise continue",
    "    think",
    "    act",
    "",
  ]);
});

test("rounds that would fill an execution's history are refused", () => {
  expect(() => compile(workflowOf(thinking(3, { most: 3_000 })), bindings)).toThrow(
    /could write \d{5} history events; Step Functions ends an execution at 25000\. .* w\.child/,
  );
});

test.each<[string, (w: any) => unknown, RegExp]>([
  [
    "no bound",
    (w) =>
      w.repeat({ as: "loop", state: Notes, initial, until: (s: any) => gt(s.rounds, 1), most: 0 }, () =>
        w.step(think, {}),
      ),
    /^The "most" of repeat "loop" is 0\. It must be a whole number of rounds, 1 or more\.$/,
  ],
  [
    "an empty body",
    (w) =>
      w.repeat(
        { as: "loop", state: Notes, initial, until: (s: any) => gt(s.rounds, 1), most: 2 },
        (s: any) => s,
      ),
    /^The body of repeat "loop" has no step\. Use a step in it\.$/,
  ],
  [
    "a step in the condition",
    (w) =>
      w.repeat(
        { as: "loop", state: Notes, initial, until: () => gt(w.step(look, {}).text, "a"), most: 2 },
        () => w.step(think, {}),
      ),
    /^The condition of repeat "loop" uses a step\. Use the step in the body, and put its result into the state\.$/,
  ],
  [
    "a state that leaves its loop",
    (w) => {
      let leaked: any;
      w.repeat(
        { as: "loop", state: Notes, initial, until: (s: any) => gt(s.rounds, 1), most: 2 },
        (s: any) => {
          leaked = s;
          return w.step(think, {});
        },
      );
      w.step(look, { text: leaked.text });
    },
    /^the state of "loop"\.text exists only in the body of repeat "loop"/,
  ],
])("%s is refused", (_what, run, message) => {
  expect(() => compile(workflowOf(run), bindings)).toThrow(message);
});
