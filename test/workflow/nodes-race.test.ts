import { describe, expect, test } from "vitest";
import * as z from "zod";
import { compile, defineEvent, defineWorkflow, describePlan, plan, present, text } from "../../lib/index.ts";
import { drawGraph } from "../../lib/workflow/draw-graph.ts";
import { eventsIn } from "../../lib/workflow/limits.ts";
import { diagnose } from "./diagnose.ts";
import { type Reply, runWorkflow } from "./engine.ts";
import { bindings, OrderPlaced, print, textStep, workflowOf } from "./sample.ts";

const HOUR = 3600;
const order = {
  id: "o1",
  amount: 7,
  lines: ["pen", "ink"],
  shelves: [],
  tags: {},
  coupon: null,
};

const OrderPaid = defineEvent("order.paid", {
  version: 1,
  key: ({ id }) => id,
  schema: z.object({ id: z.string(), amount: z.number() }),
});
const [air, sea, pack, ship] = [textStep("air"), textStep("sea"), textStep("pack"), textStep("ship")];

const slow = (run: Parameters<typeof workflowOf>[0]) =>
  defineWorkflow("slow", { on: OrderPlaced, deadline: "30 days", run });

/** Two carriers at the same time. */
const carriers = slow((w, event) => {
  const first = w.race(
    {
      byAir: () => w.step(air, { text: event.id }),
      bySea: () => w.step(sea, { text: event.id }),
    },
    { as: "first" },
  );
  const packed = w.step(pack, { text: text`${first.winner} ${first.result.text}` });
  return { first, packed: packed.text };
});

const answers =
  (replies: Record<string, Reply>) =>
  (message: any): Reply =>
    replies[message.step ?? message.event ?? message.approval] ?? {
      result: { text: message.input?.text ?? "" },
    };

const failed = (message: string, after = 0): Reply => ({
  error: "Millrace.GiveUp",
  cause: { name: "Refused", message },
  after,
});

describe("a race", () => {
  test.each([
    ["byAir", 5, 20],
    ["bySea", 20, 5],
  ])("is won by the way that finishes first: %s", async (winner, airTakes, seaTakes) => {
    const ran = await runWorkflow(
      carriers,
      order,
      answers({
        air: { result: { text: "plane" }, after: airTakes },
        sea: { result: { text: "boat" }, after: seaTakes },
      }),
    );
    const carrier = winner === "byAir" ? "plane" : "boat";
    expect(ran.output).toEqual({
      first: { winner, result: { text: carrier } },
      packed: `${winner} ${carrier}`,
    });
    expect(ran.seconds).toBe(5);
  });

  test("gives the steps of a way paths of their own, also within lists and loops", async () => {
    const workflow = slow((w, event) =>
      w.each(
        event.lines,
        (line) =>
          w.race(
            { a: () => w.step(air, { text: line }), b: () => w.step(sea, { text: line }) },
            { as: "first" },
          ).winner,
        { as: "lines" },
      ),
    );
    const ran = await runWorkflow(workflow, order, answers({ sea: { result: { text: "" }, after: 9 } }));
    expect(ran.output).toEqual(["a", "a"]);
    expect(ran.messages.map(({ path }) => path).sort()).toEqual([
      "lines[0]/first.a/air",
      "lines[0]/first.b/sea",
      "lines[1]/first.a/air",
      "lines[1]/first.b/sea",
    ]);
  });

  test("ends by the time that a way waits for", async () => {
    const workflow = slow((w, event) => {
      const first = w.race(
        {
          paid: () => w.waitFor(OrderPaid, { key: event.id }).amount,
          late: () => w.sleep("1 hour"),
        },
        { as: "first" },
      );
      const said = w.match(first.winner, {
        paid: () => w.step(ship, { text: text`paid ${present(first.result)}` }),
        late: () => w.step(pack, { text: "too late" }),
      });
      return { winner: first.winner, said: said.text };
    });
    const paid = await runWorkflow(
      workflow,
      order,
      answers({ "order.paid": { result: { id: "o1", amount: 12 }, after: 60 } }),
    );
    expect([paid.output, paid.seconds]).toEqual([{ winner: "paid", said: "paid 12" }, 60]);
    const late = await runWorkflow(
      workflow,
      order,
      answers({ "order.paid": { result: { id: "o1", amount: 12 }, after: 2 * HOUR } }),
    );
    expect([late.output, late.seconds]).toEqual([{ winner: "late", said: "too late" }, HOUR]);
  });

  test("continues with the others if a way fails", async () => {
    const ran = await runWorkflow(
      carriers,
      order,
      answers({ air: failed("no plane", 1), sea: { result: { text: "boat" }, after: 20 } }),
    );
    expect(ran.output).toMatchObject({ first: { winner: "bySea" } });
  });

  test("fails with the reason of each way if all fail", async () => {
    const ran = await runWorkflow(
      carriers,
      order,
      answers({ air: failed("no plane", 3), sea: failed("no boat", 1) }),
    );
    expect(ran).toMatchObject({ status: "FAILED", error: "Millrace.RaceFailed" });
    expect(ran.cause).toMatch(
      /^All ways of the race "first" have failed: byAir: .*no plane.*; bySea: .*no boat/,
    );
  });

  test("has exactly one winner if two ways finish at the same time", async () => {
    const ran = await runWorkflow(
      carriers,
      order,
      answers({
        air: { result: { text: "plane" }, after: 5 },
        sea: { result: { text: "boat" }, after: 5 },
      }),
    );
    expect(["byAir plane", "bySea boat"]).toContain(ran.output.packed);
    expect(ran.output.packed).toBe(`${ran.output.first.winner} ${ran.output.first.result.text}`);
  });

  test("can be part of a way of another", async () => {
    const workflow = slow((w, event) =>
      w.race(
        {
          inner: () =>
            w.race(
              { a: () => w.step(air, { text: event.id }), b: () => w.step(sea, { text: event.id }) },
              { as: "second" },
            ),
          never: () => w.sleep("1 day"),
        },
        { as: "first" },
      ),
    );
    const ran = await runWorkflow(
      workflow,
      order,
      answers({ air: failed("no"), sea: { result: { text: "boat" }, after: 2 } }),
    );
    expect(ran.output).toEqual({
      winner: "inner",
      result: { winner: "b", result: { text: "boat" } },
    });
    expect(ran.messages.map(({ path }) => path)).toContain("first.inner/second.b/sea");
  });

  test("whose result is not read carries no values", async () => {
    const workflow = slow((w, event) => {
      const first = w.race(
        { a: () => w.step(air, { text: event.id }), b: () => w.sleep("1 day") },
        { as: "first" },
      );
      w.step(pack, {}, { after: [first] });
    });
    const sent = JSON.stringify(compile(workflow, bindings));
    expect(sent).not.toContain('"result"');
    expect((await runWorkflow(workflow, order, answers({}))).status).toBe("SUCCEEDED");
  });

  test("writes no more history events than the planner assumes", async () => {
    for (const workflow of [carriers]) {
      for (const replies of [
        {},
        { air: failed("a"), sea: failed("b") },
        { air: { result: { text: "" }, after: 1 } },
      ] as Record<string, Reply>[]) {
        const ran = await runWorkflow(workflow, order, answers(replies));
        // The start and the end of the execution.
        expect(ran.events - 2).toBeLessThanOrEqual(eventsIn(plan(workflow).block));
      }
    }
  });
});

test("the plan and the graph show the ways of a race", () => {
  expect(describePlan(plan(carriers))).toBe(
    [
      "slow: on order.placed v1, within 30 days",
      "  first: race, the first of byAir, bySea",
      "  way byAir",
      "    air",
      "  way bySea",
      "    sea",
      "  pack",
      "",
    ].join("\n"),
  );
  const { nodes, edges } = drawGraph(plan(carriers));
  expect(nodes.map(({ id, kind, within }) => [id, kind, within?.block])).toEqual([
    ["first", "race", undefined],
    ["first.byAir/air", "step", "byAir"],
    ["first.bySea/sea", "step", "bySea"],
    ["pack", "step", undefined],
  ]);
  expect(edges).toEqual([{ from: "first", to: "pack" }]);
});

describe("a race is refused", () => {
  const refusal = (run: Parameters<typeof workflowOf>[0]) => () => plan(workflowOf(run));

  test.each([
    ["with one way", { a: "step" }, /has one way/],
    ["with a way that does nothing", { a: "step", b: "nothing" }, /nothing to do, so it would always win/],
    ["with a name that cannot be part of a path", { a: "step", "b/c": "step" }, /letters, digits and dashes/],
  ])("%s", (_, ways, message) => {
    expect(
      refusal((w, event) => {
        const bodies = Object.entries(ways).map(([way, does], at) => [
          way,
          () => (does === "step" ? w.step([air, sea][at]!, { text: event.id }) : "nothing"),
        ]);
        w.race(Object.fromEntries(bodies), { as: "first" });
      }),
    ).toThrow(message);
  });
});

test("the winner's name is one of the ways, and the compiler knows what each finishes with", () => {
  const workflow = slow((w, event) => {
    const first = w.race(
      { plane: () => w.step(air, { text: event.id }), late: () => w.sleep("1 day") },
      { as: "first" },
    );
    // @ts-expect-error the way "late" has no case
    w.match(first.winner, { plane: () => w.step(pack, {}) });
    // @ts-expect-error a way may have finished without a text
    w.step(print, first.result.text, { as: "a" });
    return w.step(print, present(first.result.text), { as: "b" });
  });
  expect(plan(workflow).block.nodes.map(({ name }) => name)).toContain("first");
});

test("the compiled machine is valid", () => {
  expect(diagnose(compile(carriers, bindings))).toEqual([]);
});
