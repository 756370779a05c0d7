import { describe, expect, test } from "vitest";
import * as z from "zod";
import {
  awaitedEvents,
  compile,
  defineEvent,
  defineWorkflow,
  describePlan,
  eq,
  eventsOf,
  orElse,
  plan,
  text,
} from "../../lib/index.ts";
import { drawGraph } from "../../lib/workflow/draw-graph.ts";
import { diagnose } from "./diagnose.ts";
import { type Reply, runWorkflow } from "./engine.ts";
import { bindings, OrderPlaced, textStep, workflowOf } from "./sample.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;
const order = { id: "o1", amount: 7, lines: ["pen", "ink"], shelves: [], tags: {}, coupon: null };

const OrderPaid = defineEvent("order.paid", {
  version: 1,
  key: ({ id }) => id,
  schema: z.object({ id: z.string(), amount: z.number(), dueAt: z.string() }),
});
const OrderCancelled = defineEvent("order.cancelled", {
  version: 1,
  schema: z.object({ id: z.string() }),
});
const draft = textStep("draft");
const remind = textStep("remind");

const echo = ({ input }: any): Reply => ({ result: { text: JSON.stringify(input) } });

/** A workflow that may take long. */
const slow = (run: Parameters<typeof workflowOf>[0]) =>
  defineWorkflow("slow", { on: OrderPlaced, deadline: "30 days", run });

test("a pause delays what comes after it, and nothing else", async () => {
  const workflow = slow((w, event) => {
    const sent = w.step(draft, { text: event.id });
    const pause = w.sleep("3 days", { after: [sent] });
    const reminded = w.step(remind, { text: event.id }, { after: [pause] });
    return { sent, reminded };
  });
  const ran = await runWorkflow(workflow, order, echo);
  expect(ran.seconds).toBe(3 * DAY);
  expect(ran.output).toEqual({ sent: { text: '{"text":"o1"}' }, reminded: { text: '{"text":"o1"}' } });
  expect(compile(workflow, bindings).States["sleep 3 days"]).toEqual({
    Type: "Wait",
    Seconds: 3 * DAY,
    Next: "remind",
  });
});

test("a pause until a time that the run knows, and until one that the author wrote", async () => {
  const workflow = slow((w) => {
    const paid = w.step(textStep("pay"), {});
    const first = w.sleepUntil(paid.text);
    const second = w.sleepUntil("2026-01-03T02:00:00+02:00", { after: [first], as: "second" });
    w.step(draft, {}, { after: [second] });
  });
  const pay =
    (time: string) =>
    ({ step }: any) => ({ result: { text: step === "pay" ? time : "" } });
  expect((await runWorkflow(workflow, order, pay("2026-01-01T12:00:00Z"))).seconds).toBe(2 * DAY);
  expect((await runWorkflow(workflow, order, pay("2026-01-05T00:00:00Z"))).seconds).toBe(4 * DAY);
  expect((await runWorkflow(workflow, order, pay("2025-01-05T00:00:00Z"))).seconds).toBe(2 * DAY);
  expect(await runWorkflow(workflow, order, pay("next Monday"))).toMatchObject({ status: "FAILED" });
});

test("within an iteration, a pause keeps the item", async () => {
  const workflow = slow((w, event) =>
    w.each(
      event.lines,
      (line) => {
        const pause = w.sleep("1 hour");
        return w.step(draft, { text: line }, { after: [pause] }).text;
      },
      { as: "lines" },
    ),
  );
  const ran = await runWorkflow(workflow, order, ({ input }) => ({ result: { text: input.text } }));
  expect(ran).toMatchObject({ output: ["pen", "ink"], seconds: HOUR });
});

test.each<[string, Parameters<typeof workflowOf>[0], RegExp]>([
  ["no length", (w) => w.sleep("3 eons" as never), /"3 eons" is not a duration/],
  [
    "longer than the run",
    (w) => w.sleep("3 days"),
    /^"sleep 3 days" lasts 3 days, longer than the deadline of the workflow/,
  ],
  ["no time", (w) => w.sleepUntil("tomorrow"), /^The time "tomorrow" is not valid/],
  ["a time without a zone", (w) => w.sleepUntil("2026-01-03T02:00:00"), /is not valid/],
  ["a date that is none", (w) => w.sleepUntil("2026-13-03T02:00:00Z"), /is not valid/],
])("a pause of %s is refused", (_what, run, message) => {
  expect(() => compile(workflowOf(run), bindings)).toThrow(message);
});

test("an event's payload is the result of waiting for it", async () => {
  const workflow = slow((w, event) => {
    const paid = w.waitFor(OrderPaid, { key: text`order ${event.id}` });
    return w.step(draft, { text: text`${paid.amount} from ${paid.id}` }).text;
  });
  const ran = await runWorkflow(workflow, order, (message) =>
    message.kind === "event"
      ? { result: { id: "o1", amount: 5 }, after: 29 * DAY }
      : { result: { text: message.input.text } },
  );
  expect(ran).toMatchObject({ status: "SUCCEEDED", output: "5 from o1" });
  expect(ran.messages[0]).toEqual({
    taskToken: expect.any(String),
    run: { id: "run-1" },
    kind: "event",
    event: "order.paid",
    key: "order o1",
    path: "order-paid",
    entered: "2026-01-01T00:00:00.000Z",
    attempt: 1,
  });
  expect(diagnose(compile(workflow, bindings))).toEqual([]);
});

test("an event that does not come in time fails the run, with a message", async () => {
  const workflow = slow((w, event) =>
    w.each(
      event.lines,
      (line) => w.waitFor(OrderPaid, { key: line, within: "2 days", otherwise: "fail" }).amount,
      { as: "lines" },
    ),
  );
  const ran = await runWorkflow(workflow, order, () => undefined);
  expect(ran).toMatchObject({
    status: "FAILED",
    error: "Millrace.WaitTimedOut",
    cause: "No order.paid with the key pen came within 2 days.",
    seconds: 2 * DAY,
  });
  expect(ran.messages.map(({ path }) => path)).toEqual(["lines[0]/order-paid", "lines[1]/order-paid"]);
});

test("or the run continues without, and its readers find nothing", async () => {
  const workflow = slow((w, event) =>
    w.each(
      event.lines,
      (line) => {
        const paid = w.waitFor(OrderPaid, { key: line, within: "2 days", otherwise: "continue" });
        return w.step(draft, { text: line, any: { paid, amount: paid.amount } }).text;
      },
      { as: "lines" },
    ),
  );
  const ran = await runWorkflow(workflow, order, (message) => {
    if (message.kind !== "event") return echo(message);
    return message.key === "ink" ? { result: { amount: 3 } } : undefined;
  });
  expect(ran.output.map((text: string) => JSON.parse(text))).toEqual([
    { text: "pen", any: {} },
    { text: "ink", any: { paid: { amount: 3 }, amount: 3 } },
  ]);
  const last = slow((w) =>
    w.waitFor(OrderPaid, { as: "paid", key: "k", within: "2 days", otherwise: "continue" }),
  );
  expect(await runWorkflow(last, order, () => undefined)).toMatchObject({ status: "SUCCEEDED" });
});

describe("a length of time that the run knows", () => {
  const asked = textStep("ask");
  const patient = slow((w) => {
    const { text: patience } = w.step(asked, {});
    const review = w.approval("editor", { show: {}, within: patience, otherwise: "reject" });
    const paid = w.waitFor(OrderPaid, { key: "k", within: patience, otherwise: "continue", after: [review] });
    w.sleep(patience, { after: [paid] });
    return review.approved;
  });
  const say =
    (length: unknown) =>
    ({ step }: any) =>
      step === "ask" ? { result: { text: length } } : undefined;

  test.each([
    ["1500 ms", 2, 1500],
    ["90 seconds", 90, 90_000],
    ["1 day", DAY, DAY * 1000],
    ["1.5 hours", 1.5 * HOUR, 1.5 * HOUR * 1000],
  ])("%s are waited for an answer, for an event, and in a pause", async (length, seconds, within) => {
    const ran = await runWorkflow(patient, order, say(length));
    expect(ran).toMatchObject({ status: "SUCCEEDED", output: false, seconds: 3 * seconds });
    expect(ran.messages.find(({ approval }) => approval)).toMatchObject({ within });
    expect(diagnose(compile(patient, bindings))).toEqual([]);
  });

  test("is part of the failure", async () => {
    const late = slow((w, event) =>
      w.waitFor(OrderPaid, { key: "k", within: text`${event.amount} days`, otherwise: "fail" }),
    );
    expect(await runWorkflow(late, order, () => undefined)).toMatchObject({
      error: "Millrace.WaitTimedOut",
      cause: "No order.paid with the key k came within 7 days.",
      seconds: 7 * DAY,
    });
  });

  test.each(["soon", "3 eons", "0 days", "-1 day", "", "5", null, 90])(
    "an invalid one fails the run, with a message: %j",
    async (length) => {
      const ran = await runWorkflow(patient, order, say(length));
      expect(ran).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError" });
      expect(ran.cause).toContain(`"${length}" is not a duration. Use a number above 0 and a unit`);
    },
  );

  test("is part of the plan's text", () => {
    expect(describePlan(plan(patient))).toContain(
      `editor: approval within ask.text, otherwise reject
  order-paid: wait for order.paid of "k" within ask.text, otherwise continue
  sleep ask.text`,
    );
  });
});

describe("an approval by several people", () => {
  const asking = (more: object) =>
    defineWorkflow("asking", {
      on: OrderPlaced,
      run: (w, order) =>
        w.approval("editor", {
          show: {},
          within: "1 hour",
          otherwise: "reject",
          ...more,
          requestedBy: order.id,
        }),
    });

  test("is part of the plan's text, of the graph and of the question", () => {
    const planned = plan(asking({ approvals: 2 }));
    expect(describePlan(planned)).toContain(
      "editor: approval by 2, any no rejects, not by event.id within 1 hour, otherwise reject",
    );
    expect(describePlan(plan(asking({ approvals: 3, rejections: 2 })))).toContain("by 3, 2 noes reject");
    expect(drawGraph(planned).nodes[0]).toMatchObject({ label: "editor (2 people)" });
    const machine = compile(asking({ approvals: 2 }), bindings);
    expect(machine.States.editor).toMatchObject({
      Arguments: {
        MessageBody: {
          quorum: { approvals: 2, rejections: 1 },
          requestedBy: "{% $states.context.Execution.Input.event.id %}",
        },
      },
    });
    expect(diagnose(machine)).toEqual([]);
  });

  test.each([{ approvals: 0 }, { approvals: 1.5 }, { rejections: 21 }])("is refused: %o", (more) => {
    expect(() => plan(asking(more))).toThrow("It must be a whole number from 1 to 20.");
  });
});

const cancellable = defineWorkflow("cancellable", {
  on: OrderPlaced,
  cancelOn: [
    { event: OrderCancelled, key: (order) => order.id },
    { event: OrderPaid, key: (order) => order.id },
    { event: OrderPaid, key: (order) => text`${order.id}/${order.amount}` },
  ],
  run: (w, order) => w.waitFor(OrderPaid, { key: order.id }),
});

test("cancelling events are registered before anything else is done", async () => {
  const ran = await runWorkflow(cancellable, order, ({ kind }) =>
    kind === "event" ? { result: {} } : undefined,
  );
  expect(ran.status).toBe("SUCCEEDED");
  expect(ran.messages.slice(0, 3)).toEqual([
    { run: { id: "run-1" }, kind: "cancel-on", event: "order.cancelled", key: "o1" },
    { run: { id: "run-1" }, kind: "cancel-on", event: "order.paid", key: "o1" },
    { run: { id: "run-1" }, kind: "cancel-on", event: "order.paid", key: "o1/7" },
  ]);
  const { StartAt, States } = compile(cancellable, bindings);
  expect([StartAt, ...Object.keys(States)]).toEqual([
    "cancel on order.cancelled of event.id",
    "cancel on order.cancelled of event.id",
    "cancel on order.paid of event.id",
    'cancel on order.paid of text(event.id, "/", event.amount)',
    "order-paid",
  ]);
  expect(States[StartAt]).toMatchObject({ Resource: "arn:aws:states:::sqs:sendMessage" });
});

test("the same cancellation twice is refused", () => {
  const rule = { event: OrderCancelled, key: (order: { id: any }) => order.id };
  const twice = defineWorkflow("twice", {
    on: OrderPlaced,
    cancelOn: [rule, rule],
    run: (w) => w.sleep("1 day"),
  });
  expect(() => compile(twice, bindings)).toThrow(
    'Workflow "twice" declares "cancel on order.cancelled of event.id" twice. Remove one.',
  );
});

test("constructs learn which events runs wait for", () => {
  expect(awaitedEvents(cancellable)).toEqual([OrderCancelled, OrderPaid]);
  expect(eventsOf(cancellable)).toEqual([OrderPlaced, OrderCancelled, OrderPaid]);
  expect(awaitedEvents(workflowOf((w) => w.step(draft, {})))).toEqual([]);
});

test("a wait for an event without a key is refused: no event would ever match", () => {
  const workflow = () => plan(slow((w, event) => w.waitFor(OrderCancelled, { key: event.id })));
  expect(workflow).toThrow(
    'The wait "order-cancelled" would never end: the event "order.cancelled" has no key. Say in its definition which field is the key: defineEvent("order.cancelled", { …, key: (data) => data.id }).',
  );
});

describe("a signal", () => {
  const Noted = defineEvent("order.noted", { version: 1, schema: z.object({ note: z.string() }) });

  test("is an event without a key whose key is the run's id", async () => {
    const workflow = slow((w) => {
      const noted = w.waitForSignal(Noted);
      return w.step(draft, { text: noted.note });
    });
    const ran = await runWorkflow(workflow, order, (message) =>
      message.kind === "event" ? { result: { note: "hello" } } : echo(message),
    );
    expect(ran.messages[0]).toMatchObject({
      kind: "event",
      event: "order.noted",
      key: "run-1",
      path: "order-noted",
    });
    expect(ran.output).toEqual({ text: '{"text":"hello"}' });
    expect(awaitedEvents(workflow)).toEqual([Noted]);
    expect(describePlan(plan(workflow))).toContain("  order-noted: wait for the signal order.noted\n");
  });

  test("that does not come in time fails the run, or leaves it without", async () => {
    const patient = (otherwise: "fail" | "continue") =>
      slow((w) => {
        const noted = w.waitForSignal(Noted, { as: "noted", within: "2 hours", otherwise });
        return w.step(draft, { text: orElse(noted.note, "none") });
      });
    const silent = (message: any) => (message.kind === "event" ? undefined : echo(message));
    expect(await runWorkflow(patient("fail"), order, silent)).toMatchObject({
      status: "FAILED",
      error: "Millrace.WaitTimedOut",
      cause: "No signal order.noted came within 2 hours.",
    });
    expect((await runWorkflow(patient("continue"), order, silent)).output).toEqual({
      text: '{"text":"none"}',
    });
  });

  test("of each round of a loop is another one", async () => {
    const workflow = slow((w) =>
      w.repeat(
        {
          as: "ask",
          state: z.object({ note: z.string() }),
          initial: { note: "" },
          until: ({ note }) => eq(note, "enough"),
          most: 2,
          otherwise: "continue",
        },
        () => ({ note: w.waitForSignal(Noted, { as: "noted" }).note }),
      ),
    );
    const ran = await runWorkflow(workflow, order, () => ({ result: { note: "again" } }));
    expect(ran.messages.map(({ path }) => path)).toEqual(["ask[1]/noted", "ask[2]/noted"]);
  });

  test("with a key is refused", () => {
    const refused = slow((w) => void w.waitForSignal(OrderPaid));
    expect(() => plan(refused)).toThrow(
      'The wait "order-paid" is for a signal, and the event "order.paid" has a key, by which it is matched. Use w.waitFor with that key, or remove the key from the event.',
    );
  });
});
