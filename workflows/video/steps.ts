import * as z from "zod";
import { defineBreaker, defineStep } from "../../lib/index.ts";
import { Brief, VideoPublished } from "./events.ts";

const ScriptScene = z.object({ heading: z.string(), narration: z.string() });

export const Script = z.object({
  title: z.string(),
  scenes: z.array(ScriptScene).min(1).max(12),
});
export type Script = z.infer<typeof Script>;

/** The input of a picture; a number in [0, 1) represents each arbitrary choice. */
export const Scene = z.object({
  number: z.int().min(1),
  heading: z.string(),
  caption: z.string(),
  setting: z.enum(["hills", "waves", "city", "orbit"]),
  style: Brief.shape.style.unwrap(),
  hue: z.number().min(0).max(360),
  seed: z.number().min(0).lt(1),
  /** The editor's wish for the picture, such as "darker"; "" if there is none. */
  wish: z.string(),
  seconds: z.number().positive(),
});
export type Scene = z.infer<typeof Scene>;

export const Picture = z.object({
  /** Address of a PNG, without any text in it. */
  image: z.string().startsWith("s3://"),
  /** The model that created it, "embedded", or "card" if no model could. */
  by: z.string(),
  usd: z.number().min(0),
});
export type Picture = z.infer<typeof Picture>;

export const Quality = z.object({
  /** From 0; 1 means no doubt. */
  confidence: z.number().min(0).max(1),
  /** What lowers it, in words. */
  findings: z.array(z.string()),
});
export type Quality = z.infer<typeof Quality>;

/** A scene with its picture. */
export const Made = z.object({ scene: Scene, picture: Picture, quality: Quality });
export type Made = z.infer<typeof Made>;

const Scenes = z.array(Made).min(1).max(12);

export const Storyboard = z.object({
  title: z.string(),
  /** `made`: the scene as it was made before, if nothing in it changed. */
  scenes: z
    .array(z.object({ scene: Scene, made: Made.nullable() }))
    .min(1)
    .max(12),
});
export type Storyboard = z.infer<typeof Storyboard>;

export const Film = z.object({
  title: z.string(),
  /** Address of the MP4. */
  film: z.string().startsWith("s3://"),
  /** Address of the captions, as WebVTT. */
  captions: z.string().startsWith("s3://"),
  /** Address of the poster, which is shown until the film plays. */
  poster: z.string().startsWith("s3://"),
  seconds: z.number(),
  bytes: z.int(),
  /** What the editor should check, in words. */
  findings: z.array(z.string()),
});
export type Film = z.infer<typeof Film>;

/** The meaning of an editor's answer, and which parts of the film are made again. */
export const Notes = z.object({
  verdict: z.enum(["approved", "again", "dropped"]),
  redo: z.enum(["script", "storyboard", "pictures", "variant"]),
  /** Numbers of the scenes; none means all of them. */
  scenes: z.array(z.int().min(1).max(12)).max(12),
  /** In the editor's words. */
  notes: z.string(),
});
export type Notes = z.infer<typeof Notes>;

/** Notes of a rejection. */
export const Refusal = Notes.extend({ verdict: z.enum(["again", "dropped"]) });
export type Refusal = z.infer<typeof Refusal>;

/** Where films are published: one page for each, and the feeds. */
const published = { folder: "published", access: "read and write" } as const;
/** The subscribers to new films. */
const subscribers = { folder: "subscribers", access: "read" } as const;

/** The image model, as a shared downstream. */
const imageModel = defineBreaker("image-model");

export const writeScript = defineStep("write-script", {
  input: z.object({
    brief: Brief,
    round: z.int().min(1),
    notes: Notes,
    /** The script to which the notes refer. */
    previous: Script.nullable(),
  }),
  output: Script,
  timeout: "2 minutes",
  model: "default",
});

export const drawStoryboard = defineStep("draw-storyboard", {
  input: z.object({
    script: Script,
    brief: Brief,
    round: z.int().min(1),
    notes: Notes,
    /** The scenes to which the notes refer; none in the first round. */
    previous: z.array(Made).max(12),
  }),
  output: Storyboard,
  timeout: "30 seconds",
});

export const drawPicture = defineStep("draw-picture", {
  /**
   * `take`: 1, and one more each time that the editor does not accept the picture; each has a picture of its
   * own.
   */
  input: z.object({ scene: Scene, take: z.int().min(1) }),
  output: Picture,
  timeout: "2 minutes",
  retry: { attempts: 4, backoff: "2 seconds" },
  concurrency: 20,
  memory: 1024,
  breaker: imageModel,
  artifacts: "write",
  images: "default",
});

/** A plain card with the scene's number, used if no picture could be created. */
export const drawCard = defineStep("draw-card", {
  input: z.object({ scene: Scene }),
  output: Picture,
  timeout: "1 minute",
  memory: 1024,
  artifacts: "write",
});

export const checkScene = defineStep("check-scene", {
  input: z.object({ scene: Scene, picture: Picture }),
  output: Quality,
  timeout: "1 minute",
  concurrency: 20,
  artifacts: "read",
});

export const renderFilm = defineStep("render-film", {
  input: z.object({ title: z.string(), made: Scenes }),
  output: Film,
  timeout: "10 minutes",
  memory: 2048,
  artifacts: "read and write",
});

export const readNotes = defineStep("read-notes", {
  /** `note`: the editor's note with the rejection. */
  input: z.object({ note: z.string().optional(), script: Script }),
  output: Refusal,
  timeout: "1 minute",
  model: "default",
});

/** The address of a published film, and its cost. */
export const Published = z.object({
  film: z.string().startsWith("s3://"),
  page: z.string().startsWith("s3://"),
  captions: z.string().startsWith("s3://"),
  poster: z.string().startsWith("s3://"),
  usd: z.number().min(0),
  tookSeconds: z.number().min(0),
});
export type Published = z.infer<typeof Published>;

const Publication = z.object({ videoId: z.string(), film: Film, made: Scenes });

export const publish = defineStep("publish", {
  input: Publication,
  output: Published,
  timeout: "1 minute",
  artifacts: "read",
  shared: published,
  emits: [VideoPublished],
});

export const unpublish = defineStep("unpublish", {
  input: z.object({ input: Publication, output: Published }),
  output: z.null(),
  timeout: "1 minute",
  retry: { attempts: 5, backoff: "2 seconds" },
  shared: published,
});

/** Number of attempts for an unreachable subscriber. */
export const ANNOUNCEMENTS = 4;

/** Notifies subscribers of new films. */
export const announce = defineStep("announce", {
  input: z.object({ videoId: z.string(), title: z.string(), published: Published }),
  /** Addresses that were notified, and those that could not be reached. */
  output: z.object({ notified: z.array(z.string()), missed: z.array(z.string()) }),
  timeout: "2 minutes",
  retry: { attempts: ANNOUNCEMENTS, backoff: "10 seconds" },
  artifacts: "read and write",
  shared: subscribers,
});

/** Removes a film from its page and the feed. `withdrawn` is false if none was published. */
export const takeDown = defineStep("take-down", {
  input: z.object({ videoId: z.string() }),
  output: z.object({ withdrawn: z.boolean() }),
  timeout: "1 minute",
  retry: { attempts: 5, backoff: "2 seconds" },
  shared: published,
});
