import { expect, test } from "vitest";
import { mergePasses } from "../../lib/workflow/merge-passes.ts";
import type { Pass, State, States, Task } from "../../lib/workflow/states.ts";

const PASSED_ON = "{% $states.input %}";
const task = (more: Partial<Task>): State => ({
  Type: "Task",
  Resource: "sends",
  Arguments: {},
  Retry: [],
  ...more,
});
const pass = (more: Omit<Pass, "Type">): State => ({ Type: "Pass", ...more });
const merged = (States: States, StartAt = "a") => mergePasses({ StartAt, States }).States;

test("a state that only sets variables is left out: its predecessors set them", () => {
  const states = merged({
    a: task({ Assign: { x: 1 }, Next: "b", Catch: [{ ErrorEquals: ["Late"], Next: "b" }] }),
    b: pass({ Assign: { y: "{% $z %}" }, Next: "c" }),
    c: pass({ Assign: { w: 3 }, Output: PASSED_ON, Next: "d" }),
    d: task({ End: true }),
  });
  expect(states).toEqual({
    a: task({
      Assign: { x: 1, y: "{% $z %}", w: 3 },
      Next: "d",
      Catch: [{ ErrorEquals: ["Late"], Assign: { y: "{% $z %}", w: 3 }, Next: "d" }],
    }),
    d: task({ End: true }),
  });
});

test("a choice sets them on the ways that lead there, and on no other", () => {
  const choice = (ways: object): State => ({ Type: "Choice", Choices: [], ...ways }) as State;
  const rules = [
    { Condition: "{% $p %}", Next: "b" },
    { Condition: "{% $q %}", Next: "c" },
  ];
  const states = { b: pass({ Assign: { y: 1 }, Next: "c" }), c: task({ End: true }) };
  expect(merged({ a: choice({ Choices: rules, Default: "b", Assign: { x: 1 } }), ...states }).a).toEqual(
    choice({
      Choices: [{ ...rules[0], Assign: { y: 1 }, Next: "c" }, rules[1]],
      Default: "c",
      Assign: { x: 1, y: 1 },
    }),
  );
  expect(merged({ a: choice({ Choices: rules }), ...states }).a).toEqual(
    choice({ Choices: [{ ...rules[0], Assign: { y: 1 }, Next: "c" }, rules[1]] }),
  );
});

test("the machines within a state are processed too", () => {
  const inner = { StartAt: "i", States: { i: task({ Next: "j" }), j: pass({ Next: "k" }), k: task({}) } };
  const around = { Type: "Parallel", Branches: [inner], End: true } as const;
  expect(merged({ a: around })).toEqual({
    a: { ...around, Branches: [{ StartAt: "i", States: { i: task({ Next: "k" }), k: task({}) } }] },
  });
});

test.each<[string, States]>([
  ["begins the scope", { a: pass({ Assign: { x: 1 }, Next: "b" }), b: task({ End: true }) }],
  ["ends the scope", { a: task({ Next: "b" }), b: pass({ Assign: { x: 1 }, End: true }) }],
  [
    "makes an output",
    { a: task({ Next: "b" }), b: pass({ Output: { x: 1 }, Next: "c" }), c: task({ End: true }) },
  ],
])("it stays where it %s", (_what, states) => {
  expect(merged(states)).toEqual(states);
});

test("it stays for those alone that have just set what it reads", () => {
  const c = pass({ Assign: { y: "{% $x.z + 1 %}" }, Next: "d" });
  const a = task({ Assign: { x: 1 }, Next: "c", Catch: [{ ErrorEquals: ["Late"], Next: "b" }] });
  const d = task({ End: true });
  expect(merged({ a, b: task({ Next: "c" }), c, d })).toEqual({
    a,
    c,
    d,
    b: task({ Assign: { y: "{% $x.z + 1 %}" }, Next: "d" }),
  });
});
