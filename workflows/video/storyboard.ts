import type * as z from "zod";
import { type Script, type Storyboard, StoryboardScene } from "./steps.ts";
import { taste } from "./taste.ts";

const SETTINGS = StoryboardScene.shape.setting.options;
/** A calm reading speed, and time to take in the picture first. */
const WORDS_PER_SECOND = 3.5;
const SECONDS_TO_LOOK = 1.2;
/** Neighbours differ clearly in colour where the circle is divided by the golden angle. */
const GOLDEN_ANGLE = 137.5;

/** Lays out a script: what each scene shows, in which colour, and for how long. */
export function layOut({ title, scenes }: z.infer<typeof Script>): z.infer<typeof Storyboard> {
  const first = taste(title);
  return {
    title,
    scenes: scenes.map(({ heading, narration }, at) => ({
      number: at + 1,
      heading,
      caption: narration,
      setting: SETTINGS[(Math.floor(first * SETTINGS.length) + at) % SETTINGS.length]!,
      hue: Math.round(first * 360 + at * GOLDEN_ANGLE) % 360,
      seed: taste(title, heading),
      seconds: Math.round((SECONDS_TO_LOOK + narration.split(" ").length / WORDS_PER_SECOND) * 10) / 10,
    })),
  };
}
