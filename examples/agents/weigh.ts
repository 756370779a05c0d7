import type { AgentSpec } from "./declare.ts";
import { roundDown } from "./dollars.ts";
import type { Consultation, Move, Opinion, Task, Turn } from "./protocol.ts";
import { fingerprint } from "./question.ts";
import { type Performances, route } from "./route.ts";
import type { Weighed } from "./steps.ts";
import { costOf } from "./with-replies.ts";

/** The agents' limits: turns in one consultation, agents asked in a row, tasks made for tasks. */
export const LIMITS = { turns: 6, hops: 3, depth: 2 } as const;

/** An agent's answer at its turn; undefined if it did not answer in time. */
export type Answered = Pick<Turn, "move" | "usd" | "calls"> | undefined;

interface Situation {
  agents: readonly AgentSpec[];
  known: Performances;
  /** ISO time. */
  now: string;
}

/**
 * Decides on an agent's move: what is done, what is refused, and whether the consultation is over. All limits
 * are checked here: money, turns, hops, depth, cycles and time. If a move is rejected, the agent receives the
 * reason and has another turn.
 */
export function weigh(
  consultation: Consultation,
  before: readonly Turn[],
  answered: Answered,
  situation: Situation,
): Weighed {
  if (!answered) return end(consultation, [...before], "failed", "It did not answer in time.");
  const { move, usd, calls } = answered;
  const turn: Turn = { calls, move, usd, at: situation.now, replies: [] };
  const said = [...before, turn];
  if (move.kind === "answer") return end(consultation, said, "answered");
  if (move.kind === "hand-over") return end(consultation, said, "handed over", move.why);
  const over = whyOver(consultation, said, situation);
  if (over) return end(consultation, said, "failed", over);

  const follows = follow(move, consultation, said, situation);
  if (typeof follows !== "string") return { ...NOTHING, said, ...follows };
  return { ...NOTHING, said: [...before, { ...turn, replies: [{ kind: "refusal", value: follows }] }] };
}

const NOTHING = {
  way: "again",
  over: false,
  questions: [],
  tasks: [],
  newsKey: "",
} as const satisfies Partial<Weighed>;

/** Why there is no further turn; undefined if there is one. */
function whyOver(
  { agent, usd, task }: Consultation,
  said: Turn[],
  { agents, now }: Situation,
): string | undefined {
  const price = agents.find(({ name }) => name === agent)?.priceUsd ?? 0;
  const left = usd - costOf(said);
  if (said.length >= LIMITS.turns) return `It had no answer after ${LIMITS.turns} turns.`;
  if (left < price) return `Of $${usd}, $${roundDown(left)} are left: too little for another turn.`;
  if (task.deadline !== undefined && now > task.deadline) return "The deadline of the task is over.";
  return undefined;
}

type Follows = Pick<Weighed, "way"> & Partial<Weighed>;

/** The consequence of a move that requests something, or why it is refused. */
function follow(
  move: Extract<Move, { kind: "ask" | "spawn" | "wait" }>,
  consultation: Consultation,
  said: Turn[],
  situation: Situation,
): Follows | string {
  const price = situation.agents.find(({ name }) => name === consultation.agent)?.priceUsd ?? 0;
  const left = consultation.usd - costOf(said) - price;
  const idOf = (at: number) => `${consultation.consultationId}/${said.length}.${at + 1}`;
  switch (move.kind) {
    case "wait":
      return { way: "wait", newsKey: move.key };
    case "spawn": {
      const { depth, deadline } = consultation.task;
      if (depth >= LIMITS.depth) return `Tasks are made for tasks ${LIMITS.depth} times at most.`;
      const budgetUsd = roundDown(left / move.tasks.length);
      const made = { budgetUsd, deadline, depth: depth + 1 };
      return {
        way: "spawn",
        tasks: move.tasks.map((task, at): Task => ({ ...task, ...made, taskId: idOf(at) })),
      };
    }
    case "ask": {
      if (consultation.chain.length > LIMITS.hops)
        return `Agents ask each other ${LIMITS.hops} times in a row at most.`;
      const usd = roundDown(left / move.questions.length);
      const questions = move.questions.map((asked, at) =>
        pass(asked, idOf(at), usd, consultation, situation),
      );
      const refusal = questions.find((question) => typeof question === "string");
      return refusal ?? { way: "ask", questions: questions as Consultation[] };
    }
  }
}

/** A question as a consultation of the best agent for it, or why there is none. */
function pass(
  { capability, payload }: Extract<Move, { kind: "ask" }>["questions"][number],
  id: string,
  usd: number,
  { agent: asker, chain, task }: Consultation,
  { agents, known }: Situation,
): Consultation | string {
  const question = fingerprint(capability, payload);
  const circle = chain.filter((link) => link.question === question).map(({ agent }) => agent);
  const wanted = { capability, most: 1, usd, except: new Set([asker, ...circle]) };
  const [choice] = route(wanted, agents, known);
  if (!choice) {
    const asked =
      circle.length > 0 ? `, and has not been asked the same on the way here (${circle.join(", ")})` : "";
    return `No other agent can "${capability}" for $${usd}${asked}.`;
  }
  const { name: agent } = choice.agent;
  return {
    consultationId: `${id}/${agent}`,
    agent,
    capability,
    why: choice.why,
    trust: choice.trust,
    task,
    payload,
    usd,
    chain: [...chain, { agent, question }],
  };
}

/** Ends a consultation. */
function end(
  { consultationId, agent, capability, why, trust, payload }: Consultation,
  turns: Turn[],
  status: Opinion["status"],
  reason?: string,
): Weighed {
  const last = turns.at(-1)?.move;
  const { claims = [], evidence = [], text = "" } = last?.kind === "answer" ? last : {};
  const opinion: Opinion = {
    consultationId,
    agent,
    capability,
    why,
    trust,
    payload,
    status,
    reason,
    claims,
    evidence,
    text,
    turns,
    usd: costOf(turns),
  };
  return { ...NOTHING, said: turns, way: "finish", over: true, opinion };
}
