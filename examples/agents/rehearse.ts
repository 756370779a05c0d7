import { directly } from "../../lambdas/runtime/model/index.ts";
import { aggregate, MOST_ROUNDS, opinionsOf } from "./aggregate.ts";
import { assign } from "./assign.ts";
import { conclude } from "./conclude.ts";
import type { AgentSpec } from "./declare.ts";
import type { Consultation, Opinion, ResolvedEvent, Task, Verdict } from "./protocol.ts";
import type { Performances } from "./route.ts";
import type { Weighed } from "./steps.ts";
import type { TakeTurn, TurnContext } from "./turn.ts";
import { LIMITS, weigh } from "./weigh.ts";
import { withReplies } from "./with-replies.ts";

/** The agents, and their performance. */
export interface Cast {
  agents: readonly AgentSpec[];
  /** The agents' functions, by name. */
  turns: Readonly<Record<string, TakeTurn>>;
  known: Performances;
  /** ISO time, which does not advance. */
  now: string;
  /** News from outside, by key. */
  news?: Readonly<Record<string, object>>;
}

export interface Rehearsed {
  settled: ResolvedEvent;
  verdict: Verdict;
  opinions: Opinion[];
  /** Whether a person would have decided. No person is asked here: the task ends with the agents' result. */
  escalated: boolean;
}

/**
 * Works on a task in this process: the same decisions as the workflows', one after another, without queues,
 * waits or people. For evaluations of many tasks; models answer by rule.
 */
export async function rehearse(task: Task, cast: Cast): Promise<Rehearsed> {
  let opinions: Opinion[] = [];
  let verdict: Verdict = { next: "another round", why: "", findings: [], text: "", open: [] };
  for (let round = 1; verdict.next === "another round" && round <= MOST_ROUNDS; round++) {
    const asked = assign({ task, round, work: { opinions, verdict } }, cast.agents, cast.known, cast.now);
    opinions = [...opinions, ...opinionsOf(asked, await Promise.all(asked.map((one) => consult(one, cast))))];
    verdict = aggregate(task, opinions, round, cast.agents, cast.now);
  }
  const settled = conclude(task, verdict, opinions, undefined);
  return { settled, verdict, opinions, escalated: verdict.next === "person" };
}

/** Models answer by rule, and their rules call tools themselves. */
export const askByRule: TurnContext["ask"] = async (prompt, input, tools = []) => {
  const { signal } = new AbortController();
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const use = directly(tools, { signal, log, spend: async (_estimate, call) => (await call()).value });
  return (await prompt.byRule(input, use)) as never;
};

async function consult(consultation: Consultation, cast: Cast): Promise<Opinion | { failed: string }> {
  const { agents, turns, known, now } = cast;
  const { agent, capability, payload, task } = consultation;
  let weighed: Weighed = { said: [], way: "again", over: false, questions: [], tasks: [], newsKey: "" };
  let replies: unknown = [];
  for (let turn = 1; turn <= LIMITS.turns && !weighed.over; turn++) {
    const said = withReplies(weighed.said, replies);
    const move = await turns[agent]!({ capability, payload, task }, said, {
      ask: askByRule,
    });
    const { priceUsd } = agents.find(({ name }) => name === agent)!;
    weighed = weigh(consultation, said, { move, usd: priceUsd }, { agents, known, now });
    replies = await follow(weighed, cast);
  }
  return weighed.opinion ?? { failed: "It came to no end." };
}

async function follow({ way, questions, tasks, newsKey }: Weighed, cast: Cast): Promise<unknown> {
  if (way === "ask") return await Promise.all(questions.map((question) => consult(question, cast)));
  if (way === "spawn")
    return (await Promise.all(tasks.map((task) => rehearse(task, cast)))).map(({ settled }) => settled);
  const news = cast.news?.[newsKey];
  return way === "wait" && news ? { news: { key: newsKey, news } } : [];
}
