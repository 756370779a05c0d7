import type { Brief } from "./events.ts";
import type { Notes, Script } from "./steps.ts";
import { pick } from "./taste.ts";

/**
 * The input of a script: a brief, and from the second round on the previous script with the editor's notes.
 */
export interface Draft {
  brief: Brief;
  notes: Notes;
  previous: Script | null;
}

/**
 * The beats of a short explanatory film; a film of n scenes uses the n most important ones, in this order.
 */
const BEATS: readonly { rank: number; heading: string; lines: readonly string[] }[] = [
  { rank: 1, heading: "It begins", lines: ["It begins with {topic}.", "Everything here turns on {topic}."] },
  {
    rank: 6,
    heading: "A closer look",
    lines: ["Come nearer, and {topic} is more than it seems.", "Look twice: {topic} hides its best part."],
  },
  {
    rank: 3,
    heading: "The trouble",
    lines: ["But {topic} does not come easily.", "Nobody said that {topic} would be simple."],
  },
  {
    rank: 9,
    heading: "An old idea",
    lines: ["People have wondered about {topic} for ages.", "Long ago, {topic} was only a rumour."],
  },
  {
    rank: 5,
    heading: "The turn",
    lines: ["Then someone saw {topic} in another light.", "One question about {topic} changed the rest."],
  },
  {
    rank: 7,
    heading: "Step by step",
    lines: ["Piece by piece, {topic} takes shape.", "Small steps, and {topic} moves."],
  },
  {
    rank: 10,
    heading: "The machine room",
    lines: ["Below the surface, {topic} hums along.", "This is where {topic} is made."],
  },
  {
    rank: 4,
    heading: "It works",
    lines: ["And now {topic} works.", "See how {topic} carries its own weight."],
  },
  { rank: 11, heading: "Others join", lines: ["Word of {topic} travels.", "Soon {topic} belongs to many."] },
  {
    rank: 8,
    heading: "What it changes",
    lines: ["With {topic}, the day looks different.", "After {topic}, some things cannot go back."],
  },
  {
    rank: 12,
    heading: "The open question",
    lines: [
      "What {topic} becomes next is not written yet.",
      "There is more to {topic} than one film can tell.",
    ],
  },
  { rank: 2, heading: "And so", lines: ["That is {topic}.", "Remember {topic}."] },
];

const TITLES = [
  "{Topic}, in short",
  "The story of {topic}",
  "{Topic}: a film in {count} pictures",
  "Meet {topic}",
] as const;

const SCENES = { short: 4, medium: 7, long: 12 } as const;

/** The number of scenes of a film: as requested, or by its length. */
export function scenesOf({ scenes, length }: Brief): number {
  return scenes ?? SCENES[length];
}

/**
 * Writes the script of a film by rule, without a model: a title, and a heading and a sentence for each scene.
 * The parts that an editor's notes concern are rephrased; the rest does not change.
 */
export function composeScript({ brief, notes, previous }: Draft): Script {
  const subject = brief.topic.trim().replace(/\s+/g, " ");
  const count = scenesOf(brief);
  const fill = (text: string) =>
    text
      .replace("{Topic}", subject.charAt(0).toUpperCase() + subject.slice(1))
      .replace("{topic}", subject)
      .replace("{count}", String(count));
  const titles = TITLES.map((title) => fill(title) + addressed(brief));
  const beats = BEATS.filter(({ rank }) => rank <= count);
  const meansTitle = /\b(title|name)\b/i.test(notes.notes);
  const means = (number: number) => (notes.scenes.length === 0 ? !meansTitle : notes.scenes.includes(number));
  return {
    title: inOtherWords(titles, previous?.title, meansTitle) ?? pick(titles, subject),
    scenes: beats.map(({ heading, lines }, at) => {
      const said = previous?.scenes[at]?.narration;
      const narrations = lines.map(fill);
      const narration = inOtherWords(narrations, said, means(at + 1)) ?? pick(narrations, subject, heading);
      return { heading, narration };
    }),
  };
}

function addressed({ audience }: Brief): string {
  return audience === "everyone" ? "" : `, for ${audience}`;
}

/** The previous text, or the next alternative if it should change; undefined if there was none. */
function inOtherWords(
  choices: readonly string[],
  said: string | undefined,
  change: boolean,
): string | undefined {
  if (said === undefined || !change) return said;
  return choices[(choices.indexOf(said) + 1) % choices.length];
}
