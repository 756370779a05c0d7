import * as z from "zod";
import {
  and,
  at,
  defineEvent,
  defineStep,
  defineWorkflow,
  eq,
  gt,
  orElse,
  present,
  type Ref,
  text,
} from "../../../lib/index.ts";
import { OrderPlaced, print, textStep } from "../sample.ts";
import {
  drawStoryboard,
  produceVideo,
  renderFilm,
  renderFrame,
  VideoRequested,
  writeScript,
} from "../video.ts";

// Every mistake is marked with what the compiler has to say about the line below: types.test.ts compares.

const choose = defineStep("choose", {
  input: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("cash"), coins: z.number() }),
    z.object({ kind: z.literal("card"), number: z.string() }),
  ]),
  output: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("cash"), coins: z.number() }),
    z.object({ kind: z.literal("card"), number: z.string() }),
  ]),
  timeout: "1 minute",
});
const labels = defineStep("labels", {
  input: z.record(z.string(), z.number()),
  output: z.object({}),
  timeout: "1 minute",
});
const draft = textStep("draft");

export const video = defineWorkflow("mistaken-video", {
  on: VideoRequested,
  run: (w, video) => {
    const script = w.step(writeScript, { topic: video.topic, scenes: video.scenes });
    const board = w.step(drawStoryboard, { script });
    const review = w.approval("editor", { show: { board } });

    // @ts-expect-error 'topik' does not exist in type '{ readonly topic: string | Reference<string>; readonly scenes: number | Reference<number>; }'. Did you mean to write 'topic'?
    w.step(writeScript, { topik: video.topic, scenes: video.scenes });
    // @ts-expect-error Property 'topic' is missing in type '{ scenes: number; }' but required in type
    w.step(writeScript, { scenes: 1 });
    // @ts-expect-error Type 'Ref<number>' is not assignable to type 'string | Reference<string>'.
    w.step(writeScript, { topic: video.scenes, scenes: 1 });
    // @ts-expect-error Type 'number' is not assignable to type 'string | Reference<string>'.
    w.step(writeScript, { topic: 5, scenes: 1 });
    // @ts-expect-error Property 'topik' does not exist on type 'Ref<{ videoId: string; topic: string; scenes: number; }>'. Did you mean 'topic'?
    w.step(writeScript, { topic: video.topik, scenes: 1 });
    // @ts-expect-error Property 'lines' is missing in type '{ title: Ref<string>; }' but required in type
    w.step(drawStoryboard, { script: { title: script.title } });
    // @ts-expect-error is missing the following properties from type '{ readonly topic: string | Reference<string>; readonly scenes: number | Reference<number>; }': topic, scenes
    w.step(writeScript, script);
    // @ts-expect-error Type 'string[]' is not assignable to type '{ uri: string; }[]'.
    w.step(renderFilm, { frames: script.lines });
    // @ts-expect-error Did you mean to write 'after'?
    w.step(writeScript, { topic: "a", scenes: 1 }, { aftr: [script] });
    // @ts-expect-error Type 'string' is not assignable to type '{ line: string; seconds: number; }'.
    w.each(script.lines, renderFrame);
    // @ts-expect-error Type 'string' is not assignable to type 'readonly unknown[]'.
    w.each(script.title, renderFrame);
    // @ts-expect-error Type 'string' is not assignable to type 'boolean'.
    w.when(script.title, () => script);
    // @ts-expect-error Property 'yes' does not exist on type 'Ref<ApprovalDecision>'.
    w.when(review.yes, () => script);
    // @ts-expect-error Property 'otherwise' is missing in type
    w.approval("chief", { show: {}, within: "1 day" });
    // @ts-expect-error Type 'Ref<number>' is not assignable to type 'Reference<string>'.
    w.sleep(video.scenes);
    // @ts-expect-error Type '"ignore"' is not assignable to type '"approve" | "escalate" | "reject"
    w.approval("chief", { show: {}, within: "1 day", otherwise: "ignore" });
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'ValueOrReference<number>'.
    gt(video.scenes, "3");
    // @ts-expect-error Type 'string' is not assignable to type 'boolean'.
    and(review.approved, script.title);
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'Reference<boolean>'.
    w.when("b", () => script);
    // @ts-expect-error is not assignable to parameter of type 'ValueOrReference<Scalar>'.
    text`${script}`;
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'ValueOrReference<number>'.
    at(script.lines, "first");
  },
});

export const order = defineWorkflow("mistaken-order", {
  on: OrderPlaced,
  run: (w, order) => {
    // @ts-expect-error This value may be missing: give another in its place with orElse(value, default), or fail without it with present(value)
    w.step(print, order.note);
    w.step(print, orElse(order.note, "none"));
    w.step(print, present(order.note), { as: "present" });
    // @ts-expect-error This value may be missing: give another in its place with orElse(value, default), or fail without it with present(value)
    w.step(print, order.address.street, { as: "street" });
    // @ts-expect-error Property 'colour' does not exist on type 'Ref<Record<string, string>>'.
    w.step(draft, { text: order.tags.colour });
    // @ts-expect-error Type 'null' is not assignable to type 'string'.
    w.step(print, order.coupon, { as: "coupon" });
    // @ts-expect-error 'Ref<string | undefined>' is not assignable to parameter of type 'string | Reference<string>'.
    w.step(print, at(order.lines, 0));
    // @ts-expect-error is not assignable to parameter of type
    w.step(choose, { kind: "cash", number: "1" });
    // @ts-expect-error Type 'string' is not assignable to type 'number | Reference<number>
    w.step(labels, { red: "1" });
    const maybe = w.when(eq(order.id, "x"), () => w.step(draft, {}));
    // @ts-expect-error This value may be missing: give another in its place with orElse(value, default), or fail without it with present(value)
    w.step(print, maybe.text, { as: "maybe" });
    const gathered = w.each(order.lines, (line) => ({ line, n: w.step(print, line) }), {
      as: "gathered",
    });
    return gathered;
  },
});

const none = z.object({});
const dated = z.object({ scene: z.object({ at: z.date() }) });
// @ts-expect-error input.scene.at is a Date, which JSON cannot carry; use a string
defineStep("dated", { input: dated, output: none, timeout: "1 minute" });
const large = z.object({ list: z.array(z.object({ amount: z.bigint() })) });
// @ts-expect-error output.list[].amount is a bigint, which JSON cannot carry
defineStep("large", { input: none, output: large, timeout: "1 minute" });
// @ts-expect-error output is a Map, which JSON cannot carry; use a record
defineStep("mapped", { input: none, output: z.map(z.string(), z.string()), timeout: "1 minute" });
// @ts-expect-error input.names is a Set, which JSON cannot carry; use an array
defineStep("set", { input: z.object({ names: z.set(z.string()) }), output: none, timeout: "1 minute" });
// @ts-expect-error Write a number and a unit, as in \"90 seconds\", \"2 hours\" or \"1.5 days\"
defineStep("late", { input: z.object({}), output: z.object({}), timeout: "1 fortnight" });
// @ts-expect-error Property 'timeout' is missing in type
defineStep("endless", { input: z.object({}), output: z.object({}) });
// @ts-expect-error an event's payload is an object with fields
defineEvent("word.said", { version: 1, schema: z.string() });
// @ts-expect-error is reserved for the envelope
defineEvent("word.said", { version: 1, schema: z.object({ millrace: z.string() }) });
// @ts-expect-error Property 'id' does not exist on type '{ key: string; }'.
defineEvent("word.said", { version: 1, schema: z.object({ key: z.string() }), identity: (said) => said.id });
// @ts-expect-error Property 'on' is missing in type
defineWorkflow("idle", { run: (w) => w.step(print, "x") });

/** What is right stays right, with the types that it should have. */
export const right = defineWorkflow("right", {
  on: OrderPlaced,
  run: (w, order) => {
    const chosen = w.step(choose, { kind: "card", number: order.id });
    const again = w.step(choose, chosen, { as: "again" });
    const coins: Ref<number | undefined> = again.coins;
    const kind: Ref<"cash" | "card"> = again.kind;
    const floor: Ref<number | undefined> = order.address.floor;
    const first: Ref<string | undefined> = at(order.shelves, 0).name;
    const printed: Ref<string[]> = w.each(order.lines, print);
    const shelves: Ref<{ name: string; boxes: string[]; place: number }[]> = w.each(
      order.shelves,
      (shelf, index) => ({
        name: shelf.name,
        boxes: w.each(shelf.boxes, print, { as: "boxes" }),
        place: index,
      }),
      { as: "shelves" },
    );
    const either: Ref<string | { text: string }> = w.when(
      eq(order.id, "x"),
      () => w.step(draft, { texts: printed, any: [coins, kind, floor, first] }),
      () => order.id,
    );
    w.step(labels, { red: order.amount, blue: 2 });
    return { shelves, either, mixed: [order.id, 1, { deep: order.amount }] };
  },
});

const Draft = z.object({ text: z.string(), score: z.number(), note: z.string().optional() });

/** Loops: what is carried from round to round has a type of its own, and so has what may be missing of a list. */
export const loops = defineWorkflow("loops", {
  on: OrderPlaced,
  run: (w, order) => {
    const initial = { text: "", score: 0 };
    const until = (now: Ref<z.infer<typeof Draft>>) => gt(now.score, 1);
    const use = { state: Draft, initial, until, most: 3 };
    const again = w.step(draft, {}, { as: "again" });

    // @ts-expect-error Property 'score' is missing in type '{ text: string; }' but required in type
    w.repeat({ ...use, as: "a", initial: { text: "" } }, () => initial);
    // @ts-expect-error Property 'skore' does not exist on type 'Ref<{ text: string; score: number; note?: string | undefined; }>'. Did you mean 'score'?
    w.repeat({ ...use, as: "b", until: (now) => gt(now.skore, 1) }, () => initial);
    // @ts-expect-error Type 'Ref<string>' is not assignable to type 'number | Reference<number>'.
    w.repeat({ ...use, as: "c" }, () => ({ text: "", score: again.text }));
    // @ts-expect-error This value may be missing: give another in its place with orElse(value, default), or fail without it with present(value)
    w.repeat({ ...use, as: "d" }, (now) => ({ text: now.note, score: 1 }));
    // @ts-expect-error Property 'as' is missing in type
    w.repeat(use, () => initial);

    const looped = w.repeat({ ...use, as: "looped" }, (now, round) => ({
      text: w.step(draft, { text: now.text }, { as: "round" }).text,
      score: round,
    }));
    const score: Ref<number> = looped.state.score;
    const note: Ref<string | undefined> = looped.state.note;
    const reached: Ref<boolean> = looped.reached;

    const some: Ref<(string | null)[]> = w.each(order.lines, print, { as: "some", tolerate: "10%" });
    // @ts-expect-error Type 'null' is not assignable to type 'string'.
    w.step(draft, { texts: w.each(order.lines, print, { as: "few", tolerate: 1 }) });
    // @ts-expect-error Type '"some"' is not assignable to type
    w.each(order.lines, print, { as: "vague", tolerate: "some" });
    return { score, note, reached, some };
  },
});

export const reused = [produceVideo, video, order, right, loops];
