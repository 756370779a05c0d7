import { inspect } from "node:util";
import { expect, test } from "vitest";
import * as z from "zod";
import { compile, DefinitionError, defineEvent, eq, plan, type Ref, text } from "../../lib/index.ts";
import { bindings, check, print, textStep, workflowOf } from "./sample.ts";

// These are mistakes that the compiler reports as well; definitions may be written in JavaScript, or past it by a cast.
const draft = textStep("draft") as any;
const finish = textStep("finish") as any;
const Cut = z.object({});
const Go = defineEvent("order.go", { version: 1, schema: Cut });

function message(run: (w: any, order: any) => unknown): string {
  try {
    compile(workflowOf(run), bindings);
  } catch (error) {
    expect(error).toBeInstanceOf(DefinitionError);
    const { place, stack, message } = error as DefinitionError;
    // Where `sample.ts` defines the workflow, if it is about the workflow as a whole.
    expect(place ?? stack).toMatch(/\/(misuse\.test|sample)\.ts(\?\S*?)?:\d+:\d+/);
    return message;
  }
  throw new Error("There was nothing to say against it.");
}

const LATER = "it is a placeholder for a value that exists only at run time.";

test.each<[string, (w: any, order: any) => unknown, string]>([
  [
    "looped over",
    (_w, order) => [...order.lines],
    `event.lines cannot be iterated or spread: ${LATER} Use w.each(list, (item) => …) to do something for each item.`,
  ],
  [
    "mapped",
    (_w, order) => order.lines.map(String),
    `event.lines cannot be iterated with .map(): ${LATER} Use w.each(list, (item) => …) to do something for each item.`,
  ],
  [
    "indexed",
    (_w, order) => order.lines[0],
    `event.lines is a list and has no .0: ${LATER} Use w.each for each item, or at(list, 0) for one.`,
  ],
  [
    "put into a template string",
    (w, order) => w.step(print, `order ${order.id}`),
    `event.id cannot be compared, calculated with or put into a template string: ${LATER} Use text\`…\${reference}…\` to build a string with it. Compare with eq, gt, lt within w.when.`,
  ],
  ["compared", (_w, order) => order.amount > 3, "event.amount cannot be compared"],
  ["added up", (_w, order) => order.amount + 1, "event.amount cannot be compared, calculated with"],
  [
    "spread",
    (w, order) => w.step(draft, { ...w.step(draft, {}), any: order.id }),
    `draft cannot be spread or listed: ${LATER} Name the fields that you need: { title: script.title }.`,
  ],
  ["listed", (_w, order) => Object.keys(order), "event cannot be spread or listed"],
  [
    "turned into JSON",
    (_w, order) => JSON.stringify(order),
    `event cannot be turned into JSON: ${LATER} Pass it to a step directly; the step receives the value.`,
  ],
  [
    "turned into a string",
    (_w, order) => String(order.id),
    "event.id cannot be compared, calculated with or put into a template string",
  ],
  [
    "assigned to",
    (_w, order) => {
      order.id = "x";
    },
    `event cannot be given a "id": ${LATER} Build a new object with references inside.`,
  ],
  [
    "deleted from",
    (_w, order) => {
      delete order.id;
    },
    "event cannot be changed",
  ],
  [
    "asked with in",
    (_w, order) => "id" in order,
    `event cannot be asked with "in": ${LATER} Use exists(…) as a condition of w.when.`,
  ],
  [
    "asked for a field that there is not",
    (_w, order) => order.idd,
    'event has no field "idd". It has id, amount, lines, shelves, tags, note, coupon, address.',
  ],
  [
    "used as the value that it will be",
    (_w, order) => order.id.toUpperCase(),
    `event.id has no .toUpperCase: ${LATER} Process the value in a step.`,
  ],
])("a reference that is %s says what to write instead", (_what, run, expected) => {
  expect(message(run)).toContain(expected);
});

test("a reference that is awaited says so, and leaves no rejection behind", () => {
  expect(message(async (_w, order) => await order)).toBe(
    'What comes out of workflow "sample" is a promise, which JSON cannot carry. Remove "async" and "await": a definition only describes what will run.',
  );
  expect(message((_w, order) => order.then())).toContain(`event cannot be awaited: ${LATER}`);
});

test("a field that was read and not used is reported with its line", () => {
  const said = message((w, order) => {
    if (order.note) w.step(draft, {});
    w.step(print, order.id === "x" ? "a" : "b");
    eq(order.id, "x");
  });
  expect(said).toMatch(
    /^Workflow "sample" reads values that it does not use: event\.note; event\.id at .*misuse\.test\.ts:\d+:\d+; eq\(…\) at .*misuse\.test\.ts:\d+:\d+\. "if" and "===" cannot test a reference/,
  );
});

test("a field of which a field was read counts as used; so does one in a condition, an order, a branch or the output", () => {
  expect(() =>
    plan(
      workflowOf((w, order) => {
        const first = w.step(check, { text: order.address.street });
        const noted = w.when(eq(order.id, "x"), () => order.note, undefined, { after: [first] });
        w.step(draft, {}, { after: [first.fine as Ref<any>] });
        return [text`${order.amount}`, noted];
      }),
    ),
  ).not.toThrow();
});

test("a reference outside of the branch in which it exists names both places", () => {
  const ofBranch = message((w, order) => {
    let leaked: any;
    w.when(eq(order.id, "x"), () => {
      leaked = w.step(draft, {});
    });
    w.step(finish, { text: leaked.text });
  });
  expect(ofBranch).toMatch(
    /^draft\.text exists only in the branch of "when event\.id is "x"", where it was created at .*misuse\.test\.ts:\d+:\d+, but is used in workflow "sample"\. Return it from there, and use the result\.$/,
  );
  const ofIteration = message((w, order) => {
    let leaked: any;
    w.each(
      order.lines,
      (line: any) => {
        leaked = line;
        return w.step(print, line);
      },
      { as: "lines" },
    );
    w.step(draft, { text: leaked });
  });
  expect(ofIteration).toMatch(/^the item of "lines" exists only in the body of each "lines"/);
  const ofOther = message((w, order) => {
    let leaked: any;
    w.when(
      eq(order.id, "x"),
      () => {
        leaked = w.step(draft, {});
      },
      () => w.step(finish, { text: leaked.text }),
    );
  });
  expect(ofOther).toContain('but is used in the other branch of "when event.id is "x""');
});

test("a reference does not outlive the description of its workflow", () => {
  let kept: any;
  plan(
    workflowOf((w, order) => {
      kept = order;
      w.step(print, "x");
    }),
  );
  expect(message((w) => w.step(draft, { text: kept.id }))).toBe(
    'event.id belongs to workflow "sample", whose definition has ended. References exist only while "run" executes.',
  );
});

test.each<[string, (w: any, order: any) => unknown, RegExp]>([
  [
    "two nodes of one name",
    (w) => [w.step(draft, {}), w.step(draft, {})],
    /^Two nodes have the same name: "draft" and "draft" at .*:\d+:\d+\. Rename one with \{ as: "…" \}; for a step in w\.each, use/,
  ],
  [
    "two steps of one name",
    (w) => [w.step(draft, {}), w.step(textStep("draft"), {})],
    /^Two different steps have the name "draft": this one, and the one that is used at .*:\d+:\d+\. Rename one in its defineStep, or use the same definition in both places\.$/,
  ],
  [
    "two names that read alike",
    (w) => [w.step(draft, {}, { as: "a-b" }), w.step(draft, {}, { as: "a--b" })],
    /^Two nodes have the same name: "a--b" and "a-b" at/,
  ],
  [
    "a name that is none",
    (w) => w.step(draft, {}, { as: "A name" }),
    /^The name "A name" must have up to 48 lower-case letters, digits and dashes, and begin with a letter\.$/,
  ],
  ["an approval of such a name", (w) => w.approval("The Editor", { show: {} }), /^The name "The Editor"/],
  [
    "an each with a function and no name",
    (w, order) => w.each(order.lines, (line: any) => w.step(print, line)),
    /^This w\.each has no name\. Add one with \{ as: "scenes" \}/,
  ],
  [
    "an each in which nothing happens",
    (w, order) => w.each(order.lines, (line: any) => line, { as: "lines" }),
    /^The body of each "lines" has no step\. Use a step in it\.$/,
  ],
  [
    "an each over something else",
    (w, order) => w.each(order.id, print),
    /^The value of each "print" is not a list\. Pass a list\.$/,
  ],
  [
    "too many at once",
    (w, order) => w.each(order.lines, print, { concurrency: 41 }),
    /^The concurrency of each "print" is 41\. Give a whole number from 1 to 40/,
  ],
  [
    "an order after no result",
    (w, order) => w.step(draft, {}, { after: [order.id] }),
    /^after\[0\] of "draft" is not the result of a node\./,
  ],
  [
    "a circle of two steps",
    (w) => {
      let later: any;
      const first = w.step(draft, {}, { after: [later] });
      later = w.step(finish, { text: first.text });
    },
    /^after\[0\] of "draft" is undefined\. "after" can name only nodes that are defined above\. Move this node below them\.$/,
  ],
  [
    "a circle of a branch and what lies within it",
    (w, order) => {
      let branch: any;
      branch = w.when(eq(order.id, "x"), () => w.step(draft, {}, { after: [branch] }));
    },
    /^after\[0\] of "draft" is undefined/,
  ],
  [
    "a decision that changes nothing",
    (w, order) => [w.step(draft, {}), void w.when(eq(order.id, "x"), () => order.note)],
    /^In workflow "sample", "when event\.id is "x"" has no effect: none of its branches has a step, and its result is not used\. Use its result, or remove it\.$/,
  ],
  [
    "a step that is not there",
    (w) => w.step(undefined as never, {}),
    /^w\.step runs undefined \(do two files import each other\?\), which is not a step\. Give it what defineStep returns\.$/,
  ],
  [
    "a step of an each that is not there",
    (w, order) => w.each(order.lines, undefined as never),
    /^w\.each runs undefined \(do two files import each other\?\), which is not a step\. Give it a function, or what defineStep returns\.$/,
  ],
  [
    "a child that is not there",
    (w) => w.child(undefined as never, {}),
    /^w\.child runs undefined \(do two files import each other\?\), which is not a workflow\. Give it what defineWorkflow returns\.$/,
  ],
  [
    "an awaited event that is not there",
    (w) => w.waitFor(undefined as never, { key: "x" }),
    /^w\.waitFor waits for undefined \(do two files import each other\?\), which is not an event\. Give it what defineEvent returns\.$/,
  ],
  [
    "a signal that is only a name",
    (w) => w.waitForSignal("go" as never),
    /^w\.waitForSignal waits for "go", which is not an event\. Give it what defineEvent returns\.$/,
  ],
  [
    "an approval with an unknown consequence",
    (w) => w.approval("editor", { show: {}, within: "1 hour", otherwise: "nope" }),
    /^"editor" has "otherwise" "nope"\. It must be "escalate", "reject" or "approve"\.$/,
  ],
  [
    "an escalation with an unknown consequence",
    (w) => w.escalate("editor", { why: "doubt", show: {}, within: "1 hour", otherwise: "fail" }),
    /^"editor" has "otherwise" "fail"\. It must be/,
  ],
  [
    "a wait with an unknown consequence",
    (w) => w.waitForSignal(Go, { within: "1 hour", otherwise: "reject" }),
    /^The wait "order-go" has "otherwise" "reject"\. It must be "fail" or "continue"\.$/,
  ],
  [
    "a loop with an unknown consequence",
    (w) =>
      w.repeat({ as: "cut", state: Cut, initial: {}, until: () => true, most: 2, otherwise: "stop" }, () =>
        w.step(draft, {}),
      ),
    /^The repeat "cut" has "otherwise" "stop"\. It must be "fail" or "continue"\.$/,
  ],
  [
    "a workflow that does nothing",
    () => undefined,
    /^Workflow "sample" has no step\. Use at least one step in "run"\.$/,
  ],
  [
    "a date",
    (w) => w.step(draft, { any: [{ at: new Date(0) }] }),
    /^The input of step "draft"\.any\[0\]\.at is a Date, which JSON cannot carry\. Use a string, number/,
  ],
  [
    "a function",
    (w) => w.step(draft, { text: () => 1 }),
    /^The input of step "draft"\.text is a function, which JSON cannot carry/,
  ],
  [
    "no number",
    (w) => w.step(draft, { any: Number.NaN }),
    /^The input of step "draft"\.any is NaN, which JSON cannot carry/,
  ],
  [
    "a text without a reference",
    (w) => w.step(print, text`plain`),
    /^text contains no reference\. Use the plain value\.$/,
  ],
])("%s is refused", (_what, run, expected) => {
  expect(message(run)).toMatch(expected);
});

test("console.log shows a reference by its name", () => {
  let shown = "";
  plan(
    workflowOf((w, order) => {
      shown = inspect({ order });
      w.step(print, "x");
    }),
  );
  expect(shown).toBe("{ order: Ref(event) }");
});

test("a step that is safe to repeat has no undo", () => {
  const run = (w: any) => w.step({ ...draft, repeatable: true }, { text: "a" }, { undo: finish });
  expect(message(run)).toMatch(
    /^The step "draft" has an undo, and defineStep\("draft"\) has repeatable: true\. .* Remove one of them\.$/,
  );
  expect(() =>
    compile(
      workflowOf((w: any) => w.step({ ...draft, repeatable: true }, { text: "a" })),
      bindings,
    ),
  ).not.toThrow();
});
