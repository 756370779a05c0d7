import type { Scene } from "./steps.ts";
import { FRAMES_PER_SECOND, framesIn, TITLE_SECONDS } from "./timing.ts";

/**
 * At the top, since the film already has its captions at the bottom: these can be searched, read aloud and
 * translated.
 */
const PLACE = "line:5%";

/**
 * The captions of a film as WebVTT: its title, and each scene's heading and words while the scene is visible.
 */
export function captionsOf(title: string, scenes: readonly Scene[]): string {
  let frame = 0;
  const cues = [
    { seconds: TITLE_SECONDS, text: [title] },
    ...scenes.map(({ seconds, heading, caption }) => ({ seconds, text: [heading, caption] })),
  ].map(({ seconds, text }) => {
    const from = frame;
    frame += framesIn(seconds);
    return `${timeOf(from)} --> ${timeOf(frame)} ${PLACE}\n${text.map(cueText).join("\n")}`;
  });
  return `${["WEBVTT", ...cues].join("\n\n")}\n`;
}

/** "00:01:02.500" for a frame. */
function timeOf(frame: number): string {
  return new Date(Math.round((frame / FRAMES_PER_SECOND) * 1000)).toISOString().slice(11, 23);
}

/** A blank line would end a cue, and an arrow begin another. */
function cueText(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .trim()
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
