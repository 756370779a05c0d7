import * as z from "zod";
import { definePrompt } from "../../../lambdas/runtime/model/index.ts";
import type { Move, ResolvedEvent, Turn } from "../protocol.ts";
import { articles } from "../tickets/articles.ts";
import type { TakeTurn } from "../turn.ts";
import { TRACKS, type User, userOf } from "./user.ts";

const Planned = z.object({
  track: z.enum(TRACKS),
  confidence: z.number().min(0).max(1),
  because: z.string().max(500),
});
type Planned = z.infer<typeof Planned>;

const TASK =
  "You choose the way in which a new user comes to know a till and web shop for small traders. self-serve: mails and articles. guided: a call of half an hour. white-glove: a person who sets it up with them.";

export const planByRules = definePrompt("plan-by-rules", {
  instructions: TASK,
  ask: (user: User) => JSON.stringify(user),
  answer: Planned,
  outputTokens: 200,
  byRule: rules,
});

export const planByPoints = definePrompt("plan-by-points", {
  instructions: `${TASK} Give points for the size of the team, the plan, and what is to be moved or connected, and choose by their sum.`,
  ask: (user: User) => JSON.stringify(user),
  answer: Planned,
  outputTokens: 200,
  byRule: points,
});

/** Maximum number of guides for one user. */
const MOST_GUIDES = 3;

/**
 * The agent "rule-planner". What a user wants to connect becomes tasks of their own, whose guides are part of
 * the plan.
 */
export const planWithGuides: TakeTurn = async ({ payload }, said, { ask }) => {
  const user = userOf(payload);
  const wants = user.wants.slice(0, MOST_GUIDES);
  if (wants.length > 0 && !said.some(({ move }) => move.kind === "spawn"))
    return {
      kind: "spawn",
      tasks: wants.map((want) => ({
        kind: "integration-guide",
        subject: `A guide to ${want}`,
        payload: { subject: want, text: `How do I connect or use ${want}?` },
      })),
    };
  const { track, confidence, because } = await ask(planByRules, user);
  return planned({ track, confidence, because }, [...STEPS[track], ...guidesIn(said)]);
};

/** The agent "point-planner". */
export const planSimply: TakeTurn = async ({ payload }, _said, { ask }) =>
  planned(await ask(planByPoints, userOf(payload)), []);

function planned({ track, confidence, because }: Planned, steps: string[]): Move {
  return {
    kind: "answer",
    claims: [{ about: "track", value: track, confidence }],
    evidence: [{ source: "user", text: because }],
    text: steps.map((step, at) => `${at + 1}. ${step}`).join("\n"),
  };
}

const STEPS: Record<Planned["track"], string[]> = {
  "self-serve": ["Mail of welcome", "First product within a day", "Mail with three articles after a week"],
  guided: [
    "Mail of welcome",
    "Call of half an hour within three days",
    "Look at the first sales after two weeks",
  ],
  "white-glove": [
    "Call by the person in charge within a day",
    "Move of products and customers together",
    "Training of the team",
    "Look back after a month",
  ],
};

function guidesIn(said: readonly Turn[]): string[] {
  const settled = said.flatMap(({ replies }) => replies.filter(({ kind }) => kind === "settled"));
  return settled.flatMap(({ value }) => {
    const article = articles.find(({ id }) => id === (value as ResolvedEvent).answer.article);
    return article ? [`Read "${article.title}" (${article.id})`] : [];
  });
}

const MOVES =
  /\b(?:migrat|move|moving|switch(?:ing)? from|import|transfer|several (?:shops|locations)|\d+ (?:shops|branches|locations)|chain)/i;
const ALONE =
  /\b(?:just (?:looking|trying)|try(?:ing)? (?:it )?out|hobby|student|school project|no help|myself|by my own)\b/i;
const HELP = /\b(?:help|call|explain|not (?:good|used) (?:at|to)|first time|never used|nervous|training)\b/i;

function rules({ plan, team, wants, note }: User): Planned {
  if (ALONE.test(note) && team <= 5)
    return { track: "self-serve", confidence: 0.85, because: `Says: ${note}` };
  if (plan === "business" && (team >= 20 || MOVES.test(note)))
    return { track: "white-glove", confidence: 0.85, because: `Business plan, ${team} people` };
  if (MOVES.test(note) && team >= 10)
    return { track: "white-glove", confidence: 0.65, because: "A move of a larger team" };
  if (plan === "business" || HELP.test(note) || wants.length >= 2 || team >= 6)
    return {
      track: "guided",
      confidence: 0.75,
      because: `${plan} plan, ${team} people, ${wants.length} wishes`,
    };
  return { track: "self-serve", confidence: 0.8, because: `${plan} plan, ${team} people` };
}

function points({ plan, team, wants, note }: User): Planned {
  const sum =
    { free: 0, team: 1, business: 3 }[plan] +
    Math.min(4, Math.log2(team)) +
    wants.length +
    (MOVES.test(note) ? 2 : 0) +
    (HELP.test(note) ? 1.5 : 0) -
    (ALONE.test(note) ? 3 : 0);
  const track = sum >= 7 ? "white-glove" : sum >= 3 ? "guided" : "self-serve";
  const distance = Math.min(Math.abs(sum - 7), Math.abs(sum - 3));
  const confidence = Math.round(Math.min(0.9, 0.5 + distance * 0.12) * 100) / 100;
  return { track, confidence, because: `${sum.toFixed(1)} points` };
}
