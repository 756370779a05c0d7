import { expect, test } from "vitest";
import * as z from "zod";
import {
  defineEvent,
  defineStep,
  defineWorkflow,
  describePlan,
  jsonata,
  plan,
  text,
} from "../../lib/index.ts";
import { OrderPlaced, print, textStep } from "./sample.ts";

const Paid = defineEvent("bill.paid", {
  version: 1,
  key: ({ id }) => id,
  schema: z.object({ id: z.string(), kind: z.enum(["cash", "card"]), dueAt: z.string() }),
});
const draft = textStep("draft");
const cheap = textStep("cheap");
const release = defineStep("release", {
  input: z.object({ output: z.object({ text: z.string() }) }),
  output: z.object({}),
  timeout: "1 minute",
});
const other = defineWorkflow("other", { on: Paid, run: (w) => w.step(draft, {}) });

test("a plan says what its pauses, waits, children, choices and fallbacks do", () => {
  const workflow = defineWorkflow("everything", {
    on: OrderPlaced,
    cancelOn: [{ event: Paid, key: (order) => order.id }],
    run: (w, order) => {
      const drafted = w.step(draft, {}, { undo: release, fallback: () => w.step(cheap, {}) });
      const pause = w.sleep("3 days", { after: [drafted] });
      const paid = w.waitFor(Paid, { key: order.id, after: [pause], within: "1 day", otherwise: "fail" });
      const until = w.sleepUntil(paid.dueAt, { as: "due" });
      const said = w.match(paid.kind, { cash: () => w.step(print, "x"), card: () => "-" });
      const called = w.child(
        other,
        { id: said, kind: "cash", dueAt: "" },
        { awaited: false, after: [until] },
      );
      w.escalate("clerk", {
        why: text`about ${order.id}`,
        show: { sum: jsonata`$sum(${order.amount})` },
        within: "1 hour",
        otherwise: "escalate",
        after: [called],
      });
    },
  });
  expect(
    describePlan(plan(workflow)),
  ).toBe(`everything: on order.placed v1, within 30 days, cancelled by bill.paid of event.id
  draft, undone by release
  if that fails
    cheap
  sleep 3 days
  bill-paid: wait for bill.paid of event.id within 1 day, otherwise fail
  at once
    - due: sleep until bill-paid.dueAt
    - match bill-paid.kind
      is cash
        print
  other: workflow other, not waited for
  clerk: escalation (text("about ", event.id)) within 1 hour, otherwise escalate
`);
});
