import type { Brief } from "./events.ts";
import { type Made, type Notes, Scene, type Script, type Storyboard } from "./steps.ts";
import { taste } from "./taste.ts";

const SETTINGS = Scene.shape.setting.options;
/** A calm reading speed, and time to look at the picture first. */
const WORDS_PER_SECOND = 3.5;
const SECONDS_TO_LOOK = 1.2;
/** Neighbours have clearly different colours if the circle is divided by the golden angle. */
const GOLDEN_ANGLE = 137.5;

export interface Plan {
  script: Script;
  brief: Brief;
  /** From 1. */
  round: number;
  notes: Notes;
  /** The scenes to which the notes refer. */
  previous: readonly Made[];
}

/**
 * Lays out a script: the content, colour and duration of each scene. A scene with unchanged words and without
 * notes keeps its picture.
 */
export function layOut({ script, brief, round, notes, previous }: Plan): Storyboard {
  return {
    title: script.title,
    scenes: script.scenes.map(({ heading, narration }, at) => {
      const number = at + 1;
      const before = previous.find(({ scene }) => scene.number === number);
      const meant = concerns(notes, number);
      if (before && !meant && before.scene.heading === heading && before.scene.caption === narration) {
        return { scene: before.scene, made: before };
      }
      const redraw = before === undefined || (meant && notes.redo !== "pictures");
      const { setting, hue } = redraw ? look(brief, at, round) : before.scene;
      const wish = meant && notes.redo !== "variant" ? notes.notes : (before?.scene.wish ?? "");
      const scene = {
        number,
        heading,
        caption: narration,
        setting,
        style: brief.style,
        hue,
        wish,
        seed: before && !meant ? before.scene.seed : taste(brief.topic, heading, round),
        seconds: secondsFor(narration),
      };
      return { scene, made: null };
    }),
  };
}

/** Whether an editor's notes ask for another picture of this scene. */
function concerns({ redo, scenes }: Notes, number: number): boolean {
  if (redo === "script") return false;
  return redo === "variant" || scenes.length === 0 || scenes.includes(number);
}

function look({ topic }: Brief, at: number, round: number): Pick<Scene, "setting" | "hue"> {
  const first = taste(topic, round);
  return {
    setting: SETTINGS[(Math.floor(first * SETTINGS.length) + at) % SETTINGS.length]!,
    hue: Math.round(first * 360 + at * GOLDEN_ANGLE) % 360,
  };
}

function secondsFor(narration: string): number {
  return Math.round((SECONDS_TO_LOOK + narration.split(" ").length / WORDS_PER_SECOND) * 10) / 10;
}
