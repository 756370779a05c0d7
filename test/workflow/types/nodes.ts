import * as z from "zod";
import {
  at,
  contains,
  defineEvent,
  defineStep,
  defineWorkflow,
  eq,
  includes,
  jsonata,
  plus,
  type Ref,
  size,
  text,
} from "../../../lib/index.ts";
import { OrderPlaced, print, textStep } from "../sample.ts";

// Every mistake is marked with what the compiler has to say about the line below: types.test.ts compares.

const Paid = defineEvent("bill.paid", {
  version: 1,
  key: ({ id }) => id,
  schema: z.object({
    id: z.string(),
    kind: z.enum(["cash", "card"]),
    amount: z.number(),
    note: z.string().optional(),
  }),
});
const Cancelled = defineEvent("bill.cancelled", {
  version: 1,
  schema: z.object({ id: z.string() }),
  key: ({ id }) => id,
});

const draft = textStep("draft");
const reserve = defineStep("reserve", {
  input: z.object({ item: z.string() }),
  output: z.object({ place: z.number() }),
  timeout: "1 minute",
});
const release = defineStep("release", {
  input: z.object({ input: z.object({ item: z.string() }), output: z.object({ place: z.number() }) }),
  output: z.object({}),
  timeout: "1 minute",
});
const releaseByName = defineStep("release-by-name", {
  input: z.object({ output: z.object({ place: z.string() }) }),
  output: z.object({}),
  timeout: "1 minute",
});

const child = defineWorkflow("child", {
  on: [Paid, Cancelled],
  run: (w, paid) => {
    const made = w.step(draft, { text: paid.id });
    return { made: made.text, whole: made, parts: [made.text], fixed: 1 };
  },
});
const silent = defineWorkflow("silent", {
  on: Paid,
  run: (w) => {
    w.step(draft, {});
  },
});

export const mistaken = defineWorkflow("mistaken-nodes", {
  on: Paid,
  // @ts-expect-error Type 'Ref<number>' is not assignable to type 'string | Reference<string>'.
  cancelOn: [{ event: Cancelled, key: (paid) => paid.amount }],
  run: (w, paid) => {
    // @ts-expect-error the case 'card' is missing: add it, or give a way for the rest as the third argument
    w.match(paid.kind, { cash: () => 1 });
    // @ts-expect-error 'cheque' is none of the values
    w.match(paid.kind, { cash: () => 1, card: () => 2, cheque: () => 3 });
    // @ts-expect-error any other text needs a way too: give one as the third argument
    w.match(paid.id, { a: () => 1 });
    // @ts-expect-error Type 'number' is not assignable to type 'string'.
    w.match(paid.amount, { a: () => 1 }, () => 2);
    // @ts-expect-error Write a number and a unit, as in \"90 seconds\", \"2 hours\" or \"1.5 days\"
    w.sleep("3 eons");
    // @ts-expect-error is not assignable to parameter of type 'string | Reference<string>'.
    w.sleepUntil(paid.amount);
    // @ts-expect-error Property 'key' is missing in type
    w.waitFor(Cancelled, { as: "a" });
    // @ts-expect-error Property 'otherwise' is missing in type
    w.waitFor(Cancelled, { as: "b", key: paid.id, within: "1 day" });
    // @ts-expect-error Type '"shrug"' is not assignable to type 'Otherwise | undefined'.
    w.waitFor(Cancelled, { as: "c", key: paid.id, within: "1 day", otherwise: "shrug" });
    // @ts-expect-error Type 'Ref<number>' is not assignable to type
    w.waitFor(Cancelled, { as: "d", key: paid.amount });
    const came = w.waitFor(Paid, { as: "e", key: paid.id, within: "1 day", otherwise: "continue" });
    // @ts-expect-error This value may be missing: give another in its place with orElse(value, default), or fail without it with present(value)
    w.step(print, came.id);
    // @ts-expect-error Property 'amount' is missing in type
    w.child(child, { id: paid.id, kind: paid.kind });
    // @ts-expect-error 'kind' does not exist in type
    w.child(child, { id: paid.id, kind: "cash" }, { event: Cancelled });
    // @ts-expect-error Type '"order.placed"' is not assignable to type
    w.child(child, { id: paid.id }, { event: OrderPlaced });
    // @ts-expect-error Property 'maid' does not exist on type
    w.child(child, { id: paid.id, kind: "cash", amount: 1 }).maid;
    // @ts-expect-error Property 'made' does not exist on type 'Ref<undefined>'.
    w.child(child, { id: paid.id, kind: "cash", amount: 1 }, { awaited: false }).made;
    // @ts-expect-error its input schema has to take { input, output }, the input and the output of the step that it undoes
    w.step(reserve, { item: "a" }, { undo: releaseByName });
    // @ts-expect-error `undo` needs a step, as defineStep answers it
    w.step(reserve, { item: "a" }, { as: "text", undo: "release" });
    // @ts-expect-error Property 'reason' does not exist on type 'Ref<Failure>'.
    w.step(reserve, { item: "a" }, { fallback: (failed) => failed.reason });
    const placed = w.step(reserve, { item: "b" }, { fallback: () => ({ place: "none" }) });
    // @ts-expect-error Type 'Ref<string | number>' is not assignable to type 'string | Reference<string>'.
    w.step(reserve, { item: placed.place });
    // @ts-expect-error Property 'why' is missing in type
    w.escalate("operator", { show: {} });
    // @ts-expect-error Argument of type 'Ref<string>' is not assignable to parameter of type 'ValueOrReference<number>'.
    plus(paid.id, 1);
    // @ts-expect-error Argument of type 'Ref<string>' is not assignable to parameter of type 'Reference<readonly unknown[]>'.
    size(paid.id);
    // @ts-expect-error Argument of type 'Ref<number>' is not assignable to parameter of type 'Reference<string>'.
    contains(paid.amount, "1");
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'Reference<unknown>'.
    jsonata`$sum(${"amount"})`;
  },
});

/** What is right stays right, with the types that it should have. */
export const right = defineWorkflow("right-nodes", {
  on: OrderPlaced,
  cancelOn: [
    { event: Cancelled, key: (order) => order.id },
    { event: Paid, key: (order) => text`${order.id}/${order.amount}` },
    { event: Paid, key: () => "fixed" },
  ],
  run: (w, order) => {
    const paid = w.waitFor(Paid, { key: order.id });
    const kind: Ref<"cash" | "card"> = paid.kind;
    const matched: Ref<string | number> = w.match(kind, { cash: () => order.id, card: () => order.amount });
    const partly: Ref<{ text: string } | null> = w.match(
      kind,
      { cash: () => w.step(draft, {}) },
      () => null,
      { as: "partly" },
    );
    const open: Ref<1 | 2> = w.match(order.id, { a: () => 1 as const }, () => 2 as const, { as: "open" });
    const late: Ref<string | undefined> = w.waitFor(Paid, {
      as: "late",
      key: order.id,
      within: "1 day",
      otherwise: "continue",
    }).note;
    const strict: Ref<number> = w.waitFor(Paid, {
      as: "strict",
      key: "fixed",
      within: "1 day",
      otherwise: "fail",
    }).amount;
    const called = w.child(child, { id: order.id, kind: "cash", amount: strict });
    const made: Ref<string> = called.made;
    const parts: Ref<string[]> = called.parts;
    const fixed: Ref<number> = called.fixed;
    const whole: Ref<{ text: string }> = called.whole;
    const other: Ref<{ made: string } | "none"> = w.child(
      child,
      { id: order.id },
      {
        as: "other",
        event: Cancelled,
        fallback: () => "none" as const,
      },
    );
    const started: Ref<undefined> = w.child(silent, { id: "x", kind, amount: 1 }, { awaited: false });
    const quiet: Ref<undefined> = w.child(silent, { id: "x", kind, amount: 1 }, { as: "quiet" });
    const pause: Ref<undefined> = w.sleep("1.5 hours", { after: [started] });
    w.sleepUntil(text`${order.id}`, { after: [pause] });
    const placed: Ref<number | "none"> = w.step(
      reserve,
      { item: order.id },
      { undo: release, asks: "clerk", fallback: ({ message }) => ({ place: "none" as const, message }) },
    ).place;
    const fell: Ref<{ text: string } | string> = w.step(
      draft,
      {},
      {
        as: "fell",
        fallback: (failed) => failed.message,
      },
    );
    const approved: Ref<boolean> = w.escalate("operator", {
      why: text`${order.id}`,
      show: { placed },
    }).approved;
    const has: Ref<boolean> = includes(order.lines, "pen");
    const sum: Ref<number> = jsonata<number>`$sum(${order.lines}.amount)`;
    const unknown: Ref<unknown> = jsonata`$sum(${order.lines})`;
    w.when(eq(plus(sum, size(order.lines)), 3), () => w.step(print, at(order.tags, "a") as Ref<string>));
    return [
      matched,
      partly,
      open,
      late,
      made,
      parts,
      fixed,
      whole,
      other,
      quiet,
      fell,
      approved,
      has,
      unknown,
    ];
  },
});
