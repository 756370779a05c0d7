import { Brief } from "../../../workflows/video/events.ts";
import type { Made, Notes } from "../../../workflows/video/steps.ts";

/** Notes in the flow before the first decision. */
export const NONE: Notes = { verdict: "again", redo: "script", scenes: [], notes: "" };

export const notesOf = (redo: Notes["redo"], notes: string, ...scenes: number[]): Notes => ({
  verdict: "again",
  redo,
  scenes,
  notes,
});

export const briefOf = (more: object = {}): Brief => Brief.parse({ topic: "tides", ...more });

/** Scenes of a storyboard, as if each had been made. */
export function made(scenes: { scene: Made["scene"] }[]): Made[] {
  return scenes.map(({ scene }) => ({
    scene,
    picture: { image: `s3://bucket/scene-${scene.number}.png`, by: "embedded", usd: 0 },
    quality: { confidence: 0.9, findings: [] },
  }));
}
