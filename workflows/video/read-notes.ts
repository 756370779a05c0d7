import type { Refusal, Script } from "./steps.ts";

/** The note of a rejection, and the script of the film. */
export interface Remark {
  note?: string | undefined;
  script: Script;
}

const DROP = /\b(drop|forget|cancel|abandon|scrap)\b|not wanted|no film/i;
const VARIANT = /\b(another|other|different|new) (variant|version|look)\b/i;
const WORDS =
  /\b(text|title|name|narration|caption|heading|wording|words?|sentences?|script|story|typo|spelling)\b/i;
const LAYOUT = /\b(storyboard|layout|composition|settings?|background)\b/i;
const PICTURE = /\b(pictures?|images?|drawings?|colou?rs?|dark\w*|bright\w*|light\w*|warm\w*|blurr\w*)\b/i;
/** "scene 2", "scenes 1, 3 and 4" */
const SCENES = /\bscenes?\s+(\d+(?:\s*(?:,|and|&)\s*\d+)*)\s*:?\s*/gi;

/**
 * Reads an editor's notes by rule, without a model: which scenes they name, and whether their words concern
 * the text, the layout or the pictures. Without such words, the notes concern the pictures of the named
 * scenes, or else the script.
 */
export function readByRule({ note = "", script }: Remark): Refusal {
  const said = note.trim();
  const scenes = scenesNamed(said).filter((number) => number >= 1 && number <= script.scenes.length);
  const notes = said.replace(SCENES, "").trim();
  if (said === "" || DROP.test(said)) return { verdict: "dropped", redo: "script", scenes: [], notes: said };
  if (VARIANT.test(said)) return { verdict: "again", redo: "variant", scenes: [], notes };
  return { verdict: "again", redo: partMeant(said, scenes), scenes, notes };
}

function partMeant(said: string, scenes: number[]): Refusal["redo"] {
  if (WORDS.test(said)) return "script";
  if (LAYOUT.test(said)) return "storyboard";
  return PICTURE.test(said) || scenes.length > 0 ? "pictures" : "script";
}

function scenesNamed(said: string): number[] {
  const numbers = [...said.matchAll(SCENES)].flatMap(([, list]) => list!.match(/\d+/g)!.map(Number));
  return [...new Set(numbers)].sort((one, other) => one - other);
}
