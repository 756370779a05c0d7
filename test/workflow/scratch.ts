import * as z from "zod";
import { defineEvent } from "../../lib/contract/event.ts";
import { defineStep } from "../../lib/contract/step.ts";
import { defineWorkflow } from "../../lib/workflow/define.ts";

const VideoRequested = defineEvent("video.requested", {
  version: 1,
  schema: z.object({ videoId: z.string(), topic: z.string(), scenes: z.int().min(1).max(12), note: z.string().optional(), style: z.object({font: z.string(), size: z.number().optional()}).optional(), tags: z.record(z.string(), z.string()) }),
  identity: (video) => video.videoId,
});
const Scene = z.object({ title: z.string(), text: z.string().default("x") });
const Frame = z.object({ uri: z.string() });
const script = defineStep("write-script", { input: z.object({ topic: z.string(), scenes: z.int(), note: z.string().optional() }), output: z.object({ title: z.string(), lines: z.array(z.string()) }), timeout: "2 minutes" });
const board = defineStep("draw-storyboard", { input: z.object({ script: z.object({ title: z.string() }) }), output: z.object({ scenes: z.array(Scene).max(12) }), timeout: "2 minutes" });
const renderFrame = defineStep("render-frame", { input: Scene, output: Frame, timeout: "1 minute" });
const film = defineStep("render-film", { input: z.object({ frames: z.array(Frame) }), output: z.object({ uri: z.string() }), timeout: "1 minute" });
const shape = defineStep("shape", { input: z.discriminatedUnion("k", [z.object({ k: z.literal("a"), x: z.string() }), z.object({ k: z.literal("b"), y: z.number() })]), output: z.discriminatedUnion("k", [z.object({ k: z.literal("a"), x: z.string() }), z.object({ k: z.literal("b"), y: z.number() })]), timeout: "1 minute" });

export const w1 = defineWorkflow("produce-video", {
  on: VideoRequested,
  run: (w, video) => {
    const s = w.step(script, { topic: video.topic, scenes: video.scenes, note: video.note });
    const b = w.step(board, { script: s });
    const frames = w.each(b.scenes, renderFrame, { concurrency: 8 });
    const frames2 = w.each(b.scenes, (scene, index) => { void index; return w.step(renderFrame, { title: scene.title }); });
    const f = w.step(film, { frames });
    w.step(film, { frames: frames2 }, { as: "x", after: [f] });
    const a = w.approval("editor", { show: { f }, within: "1 day", otherwise: "escalate" });
    const out = w.when(a.approved, () => w.step(film, { frames }));
    const u = w.step(shape, { k: "a", x: video.topic });
    w.step(shape, u);
    const opt: string | undefined = undefined as any as typeof out.uri extends { } ? undefined : string;
    void opt;
    return { out, font: video.style.font, tag: video.tags.x };
  },
});
export const bad = defineWorkflow("bad", {
  on: VideoRequested,
  run: (w, video) => {
    const s = w.step(script, { topik: video.topic, scenes: video.scenes });
    w.step(script, { topic: video.scenes, scenes: 1 });
    w.step(script, { topic: video.note, scenes: 1 });
    w.step(script, { scenes: 1 });
    w.step(script, { topic: video.topik, scenes: 1 });
    w.step(board, { script: video });
    w.each(s.lines, renderFrame);
    w.each(s.title, renderFrame);
    w.when(s.title, () => 1);
    w.step(film, { frames: s.lines });
    w.step(script, { topic: video.style.font, scenes: 1 });
    w.step(script, { topic: video.tags.x, scenes: 1 });
    w.step(shape, { k: "a", y: video.topic });
    w.step(script, { topic: 5, scenes: 1 });
    w.step(script, s);
    w.step(script, { topic: "a", scenes: 1 }, { aftr: [s] });
  },
});
export const d = defineStep("dated", { input: z.object({ x: z.object({ at: z.date() }) }), output: z.object({ list: z.array(z.object({ b: z.bigint() })) }), timeout: "1 minute" });
export const e = defineEvent("a.b", { version: 1, schema: z.object({ millrace: z.string() }) });
export const e2 = defineEvent("a.b", { version: 1, schema: z.string() });
export const t = defineStep("dated", { input: z.object({}), output: z.object({}), timeout: "1 fortnight" });
