import { afterEach, describe, expect, test } from "vitest";
import { RUNTIME } from "../own-code.ts";
import { catalogue } from "./app/books.ts";
import { openPress, type Press, pressAssembly } from "./press.ts";

pressAssembly();

let press: Press;
afterEach(async () => {
  await press.cloud.close();
  expect(press.reports).toEqual([]);
});

/** Longer than SQS delivers a message of a step that dies each time. */
const GIVEN_UP = "30 minutes";

describe("a worker that crashes each time", () => {
  test("leaves its run stuck, and its token valid; fixed and redriven, the run succeeds", async () => {
    const broken = new Set(["bind-book"]);
    press = await openPress(broken);
    await press.want("Dune");
    await press.cloud.advance(GIVEN_UP);
    const [letter, ...others] = await press.dead();
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      subscriber: "make-book",
      purpose: "step",
      step: "bind-book",
      path: "bind-book",
      epoch: 1,
      receives: 10,
      reason: expect.stringMatching(/received 10 times/),
    });
    expect(await press.run("make-book", "Dune")).toMatchObject({
      status: "running",
      stuck: { path: "bind-book", deadLetter: letter!.id },
    });
    expect(
      press
        .published("delivery.dead-lettered", "run.stuck")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["delivery.dead-lettered", "run.stuck"]);

    broken.clear();
    await press.cloud.advance("2 days");
    expect(await press.order("redrive", { deadLetter: letter!.id })).toMatchObject({ done: true });
    await press.cloud.advance("1 minute");
    const run = await press.run("make-book", "Dune");
    expect(run).toMatchObject({ status: "succeeded", output: { title: "Dune" } });
    expect(run).not.toHaveProperty("stuck");
    expect(await press.dead()).toEqual([]);
    expect(press.published("run.unstuck", "dead-letter.redriven").map(({ name, by }) => [name, by])).toEqual(
      expect.arrayContaining([
        ["run.unstuck", "ada"],
        ["dead-letter.redriven", "ada"],
      ]),
    );
  });

  test("discarded, its run fails, and completed steps are undone", async () => {
    press = await openPress(new Set(["bind-book"]));
    await press.want("Dune");
    await press.cloud.advance(GIVEN_UP);
    const [letter] = await press.dead();
    expect(await press.order("discard", { deadLetter: letter!.id })).toMatchObject({ done: true });
    await press.cloud.advance("1 minute");
    const run = await press.run("make-book", "Dune");
    expect(run).toMatchObject({ status: "failed", failure: { error: "Millrace.Discarded" } });
    expect(run).not.toHaveProperty("stuck");
    expect(press.did).toContain("shred-book Dune");
    expect(press.published("dead-letter.discarded")).toMatchObject([
      { deadLetter: letter!.id, run: run!.run, by: "ada", why: "fixed" },
    ]);
    expect(await press.order("redrive", { deadLetter: letter!.id })).toEqual({
      done: false,
      says: `Dead letter ${letter!.id} has been discarded by ada: fixed`,
    });
  });

  test("discarded, its run takes the fallback if its step has one", async () => {
    press = await openPress(new Set(["advertise"]));
    await press.want("Dune");
    await press.cloud.advance(GIVEN_UP);
    const [letter] = await press.dead("sell-book");
    await press.order("discard", { deadLetter: letter!.id });
    await press.cloud.advance("1 minute");
    expect(await press.run("sell-book", "Dune")).toMatchObject({
      status: "succeeded",
      output: { title: "nothing" },
    });
  });

  test("an undo that crashes is redriven like any other step", async () => {
    const broken = new Set(["bind-book", "shred-book"]);
    press = await openPress(broken);
    await press.want("Dune");
    await press.cloud.advance(GIVEN_UP);
    await press.order("discard", { deadLetter: (await press.dead())[0]!.id });
    await press.cloud.advance(GIVEN_UP);
    const [letter] = await press.dead();
    expect(letter).toMatchObject({ step: "shred-book", path: "print-book" });
    expect(await press.run("make-book", "Dune")).toMatchObject({
      status: "compensating",
      stuck: { deadLetter: letter!.id },
    });
    broken.clear();
    await press.order("redrive", { deadLetter: letter!.id });
    await press.cloud.advance("1 minute");
    expect(await press.run("make-book", "Dune")).toMatchObject({
      status: "failed",
      compensation: { undone: 1, failed: 0, open: false },
    });
  });

  test("its input is edited, and nothing else of the message", async () => {
    const broken = new Set(["bind-book"]);
    press = await openPress(broken);
    await press.want("Dune");
    await press.cloud.advance(GIVEN_UP);
    const [letter] = await press.dead();
    broken.clear();
    const message = JSON.parse(letter!.body);
    const redrive = (body: object) =>
      press.order("redrive", { deadLetter: letter!.id }, { body: JSON.stringify(body) });
    expect(await redrive({ ...message, taskToken: "another" })).toMatchObject({
      done: false,
      says: expect.stringContaining('changes "taskToken". In this message, only "input" can be changed'),
    });
    expect(await redrive({ ...message, input: { title: "Dune Messiah" } })).toMatchObject({ done: true });
    await press.cloud.advance("1 minute");
    expect(await press.run("make-book", "Dune")).toMatchObject({
      status: "succeeded",
      output: { title: "Dune Messiah" },
    });
    const [kept] = await press.items("dead-letter");
    expect([kept!.body, JSON.parse(kept!.edited!).input]).toEqual([letter!.body, { title: "Dune Messiah" }]);
  });

  test("two of one run in turn: each makes it stuck, and it continues in the end", async () => {
    const broken = new Set(["print-book", "bind-book"]);
    press = await openPress(broken);
    await press.want("Dune");
    for (const step of ["print-book", "bind-book"]) {
      await press.cloud.advance(GIVEN_UP);
      const [letter] = await press.dead("make-book");
      expect((await press.run("make-book", "Dune"))!.stuck).toMatchObject({ path: step });
      broken.delete(step);
      await press.order("redrive", { deadLetter: letter!.id });
    }
    await press.cloud.advance("1 minute");
    expect(await press.run("make-book", "Dune")).toMatchObject({ status: "succeeded" });
    expect(press.published("run.stuck")).toHaveLength(2);
    expect(press.published("run.unstuck")).toHaveLength(2);
  });
});

describe("many at the same time", () => {
  test("all of a subscriber are sent again at a rate, and none of another", async () => {
    const broken = new Set(["bind-book", "advertise"]);
    press = await openPress(broken);
    const titles = Array.from({ length: 12 }, (_, at) => `book ${at}`);
    await press.want(...titles);
    await press.cloud.advance(GIVEN_UP);
    expect(await press.dead("make-book")).toHaveLength(12);
    expect(await press.dead("sell-book")).toHaveLength(12);

    broken.clear();
    expect(await press.order("redrive", { subscriber: "make-book" }, { rate: 2 })).toMatchObject({
      done: true,
      says: "The dead letters of make-book are being redriven, 2 per second.",
    });
    await press.cloud.advance("3 seconds");
    const left = (await press.dead("make-book")).length;
    expect(left).toBeGreaterThan(2);
    expect(left).toBeLessThan(8);
    await press.cloud.advance("2 minutes");
    const runs = (await press.items("run")).filter(({ workflow }) => workflow === "make-book");
    expect(runs.map(({ status }) => status)).toEqual(titles.map(() => "succeeded"));
    expect(await press.dead("make-book")).toEqual([]);
    expect(await press.dead("sell-book")).toHaveLength(12);

    await press.order("discard", { all: "dead-letters" }, { rate: 50 });
    await press.cloud.advance("1 minute");
    expect(await press.dead()).toEqual([]);
    expect(await press.order("redrive", { all: "dead-letters" })).toEqual({
      done: false,
      says: "No dead letters.",
    });
  }, 120_000);
});

describe("redriven without success", () => {
  test("a completed step is not repeated, from any sender", async () => {
    const broken = new Set(["bind-book"]);
    press = await openPress(broken);
    await press.want("Dune");
    await press.cloud.advance(GIVEN_UP);
    const [letter] = await press.dead();
    broken.clear();
    await press.order("redrive", { deadLetter: letter!.id });
    await press.cloud.advance("1 minute");
    const did = [...press.did];

    await bury(letter!.body, letter!.queueUrl);
    expect(await press.dead()).toEqual([]);
    expect(await press.run("make-book", "Dune")).not.toHaveProperty("stuck");
    await press.cloud.advance("1 minute");
    expect(press.did).toEqual(did);
    expect(await press.dead()).toEqual([]);
  });
});

/** Puts a message among the dead letters of a queue, as a function of its does. */
async function bury(body: string, queueUrl: string): Promise<void> {
  const queue = (await press.items("queue")).find((item) => item.queueUrl === queueUrl)!;
  await press.cloud.call("sqs", "SendMessage", {
    QueueUrl: queue.deadLettersUrl,
    MessageBody: body,
    MessageAttributes: { queue: { DataType: "String", StringValue: queueUrl } },
  });
  await press.cloud.settle();
}

describe("an event", () => {
  test("that crashes intake is listed as undelivered, and begins its run after a redrive", async () => {
    const broken = new Set(["intake"]);
    press = await openPress(broken);
    await press.want("Dune");
    await press.cloud.advance("3 hours");
    const [letter] = await press.dead();
    expect(letter).toMatchObject({
      subscriber: "make-book",
      purpose: "event",
      receives: 20,
      event: { name: "book.wanted", source: "shop" },
    });
    expect(await press.run("make-book", "Dune")).toBeUndefined();
    const delivery = async () =>
      (await press.items("delivery")).find(({ subscriber }) => subscriber === "make-book");
    expect(await delivery()).toMatchObject({ state: "dead", event: letter!.event!.id });
    broken.clear();
    await press.order("redrive", { deadLetter: letter!.id });
    await press.cloud.advance("1 minute");
    expect(await press.run("make-book", "Dune")).toMatchObject({ status: "succeeded" });
    expect(await delivery()).toMatchObject({ state: "done" });
  });

  test("that a reaction gives up has its reason; redriven, it is handled", async () => {
    const failing = { now: true };
    press = await openPress(new Set(), {
      handlers: {
        "Reaction catalogue": async ({ load }) => {
          const { reaction, giveUp } = await load(RUNTIME);
          return reaction(catalogue, ({ title }: { title: string }) => {
            if (failing.now) throw giveUp("the shelf is full");
            press.did.push(`catalogue ${title}`);
          });
        },
      },
    });
    await press.want("Dune");
    await press.cloud.advance("1 minute");
    const [letter] = await press.dead();
    expect(letter).toMatchObject({
      subscriber: "catalogue",
      purpose: "reaction",
      reason: "StepFailure: the shelf is full",
      event: { name: "book.wanted" },
    });
    expect(await alarming()).toEqual(["catalogue"]);
    failing.now = false;
    await press.order("redrive", { deadLetter: letter!.id });
    await press.cloud.advance("1 minute");
    expect(press.did).toContain("catalogue Dune");
  });
});

test("its alarm lasts until it is resolved", async () => {
  const broken = new Set(["bind-book"]);
  press = await openPress(broken, { schedules: true });
  await press.want("Dune");
  await press.cloud.advance(GIVEN_UP);
  expect(await alarming()).toEqual(["make-book"]);
  await press.cloud.advance("2 hours");
  expect(await alarming()).toEqual(["make-book"]);
  broken.clear();
  await press.order("redrive", { deadLetter: (await press.dead())[0]!.id });
  await press.cloud.advance("30 minutes");
  expect(await alarming()).toEqual([]);
});

/** Whose alarm says that something has died. */
async function alarming(): Promise<string[]> {
  const { MetricAlarms } = await press.cloud.call("monitoring", "DescribeAlarms", { StateValue: "ALARM" });
  return (MetricAlarms as any[])
    .filter(({ MetricName }) => MetricName === "DeadLetters")
    .map(({ Dimensions }) => Dimensions[0].Value);
}

test("that a rule cannot deliver has EventBridge's error, and is sent to its target", async () => {
  press = await openPress(new Set());
  const queue = (await press.items("queue")).find(({ name }) => name === "catalogue")!;
  const { queueUrl: QueueUrl } = queue;
  const { Attributes } = await press.cloud.call("sqs", "GetQueueAttributes", {
    QueueUrl,
    AttributeNames: ["Policy"],
  });
  await press.cloud.call("sqs", "SetQueueAttributes", { QueueUrl, Attributes: { Policy: "" } });
  await press.want("Dune");
  await press.cloud.advance("1 minute");
  const [letter] = await press.dead();
  expect(letter).toMatchObject({
    subscriber: "catalogue",
    purpose: "reaction",
    queueUrl: queue.queueUrl,
    reason: expect.stringContaining("EventBridge could not deliver it: NO_PERMISSIONS"),
  });
  expect(await press.order("redrive", { deadLetter: letter!.id })).toMatchObject({ done: false });
  await press.cloud.call("sqs", "SetQueueAttributes", { QueueUrl, Attributes });
  await press.order("redrive", { deadLetter: letter!.id });
  await press.cloud.advance("1 minute");
  expect(press.did).toContain("catalogue Dune");
});

test("a message of unknown purpose and maximum size is stored whole and sent back unchanged", async () => {
  press = await openPress(new Set());
  const waits = (await press.items("queue")).find(({ name }) => name === "millrace.waits")!;
  const body = `{ "half": "${"é".repeat(500_000)}`;
  await press.cloud.call("sqs", "SendMessage", { QueueUrl: waits.queueUrl, MessageBody: body });
  await press.cloud.advance("3 hours");
  const [letter] = await press.dead();
  expect(letter).toMatchObject({ subscriber: "millrace.waits", purpose: "other", body: "", bodyParts: 4 });
  expect(await press.order("redrive", { deadLetter: letter!.id })).toMatchObject({ done: true });
  await press.cloud.advance("3 hours");
  const [again] = await press.dead();
  expect(again).toMatchObject({ subscriber: "millrace.waits", bodyParts: 4 });
  expect(again!.id).not.toBe(letter!.id);
  const parts = (await press.items("body-part")).filter(({ pk }) => pk === again!.pk);
  expect(
    Buffer.concat(parts.map(({ bytes }) => Buffer.from(String(bytes), "base64"))).toString() === body,
  ).toBe(true);
});

test("an invalid command of the command line is refused with the reason", async () => {
  press = await openPress(new Set());
  const refused = async (action: string, target: object, more: object = {}) =>
    (await press.order(action, target, more)).says;
  expect(await refused("redrive", { deadLetter: "x" })).toMatch(/There is no dead letter "x"/);
  expect(await refused("redrive", { subscriber: "make-book" }, { rate: 0 })).toMatch(/"rate"/);
  expect(await refused("redrive", { subscriber: "make-book" }, { body: "{}" })).toMatch(/"body"/);
  expect(await refused("discard", { deadLetter: "x" }, { body: "{}" })).toMatch(/"body"/);
  expect(await refused("discard", { run: "x" })).toMatch(/"target"/);
});
