import type * as z from "zod";
import type { Script } from "./steps.ts";
import { pick } from "./taste.ts";

/** The beats that a short explaining film goes through; a film of n scenes takes the n most telling, in this order. */
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

/** Writes the script of a film about a topic: a title, and a heading and a sentence for each scene. By rule, no model. */
export function composeScript(topic: string, scenes: number): z.infer<typeof Script> {
  const subject = topic.trim().replace(/\s+/g, " ");
  const fill = (text: string) =>
    text
      .replace("{Topic}", subject.charAt(0).toUpperCase() + subject.slice(1))
      .replace("{topic}", subject)
      .replace("{count}", String(scenes));
  const beats = BEATS.filter(({ rank }) => rank <= scenes);
  return {
    title: fill(pick(TITLES, subject)),
    scenes: beats.map(({ heading, lines }) => ({ heading, narration: fill(pick(lines, subject, heading)) })),
  };
}
