import { agents } from "../../examples/agents/agents.ts";
import { conclude } from "../../examples/agents/conclude.ts";
import type { AgentSpec } from "../../examples/agents/declare.ts";
import { type Performance, UNKNOWN } from "../../examples/agents/performance.ts";
import { type Cast, rehearse } from "../../examples/agents/rehearse.ts";
import { turns } from "../../examples/agents/turns.ts";
import { majority, type Pair } from "./scores.ts";
import type { Labelled, LabelledSet } from "./sets.ts";

/** What came of a set of tasks. */
export interface Trial {
  /** By what it is about. */
  pairs: Record<string, Pair[]>;
  /** Those of tasks that no person would have been asked about. */
  unaided: Record<string, Pair[]>;
  escalated: number;
  usd: number;
}

const NOW = "2026-01-01T00:00:00Z";

/** Has agents work on tasks, one after another. Their performance is recorded: a person who is asked knows the right answer. */
export async function attempt(
  tasks: readonly Labelled[],
  about: readonly string[],
  cast: readonly AgentSpec[] = agents,
  known: Map<string, Performance> = new Map(),
  learning = false,
): Promise<Trial> {
  const trial: Trial = { pairs: {}, unaided: {}, escalated: 0, usd: 0 };
  for (const { task, labels } of tasks) {
    const players: Cast = { agents: cast, turns, known, now: NOW };
    const { settled, verdict, opinions, escalated } = await rehearse(task, players);
    for (const what of about) {
      const pair = { meant: labels[what]!, answered: settled.answer[what] };
      trial.pairs[what] = [...(trial.pairs[what] ?? []), pair];
      if (!escalated) trial.unaided[what] = [...(trial.unaided[what] ?? []), pair];
    }
    trial.escalated += Number(escalated);
    trial.usd += settled.usd;
    if (!learning) continue;
    const note = Object.entries(labels).map(([what, label]) => `${what}=${label}`);
    const decision = { approved: true, decidedBy: "a reviewer", note: note.join() };
    learn(known, escalated ? conclude(task, verdict, opinions, decision).agents : settled.agents);
  }
  return trial;
}

function learn(
  known: Map<string, Performance>,
  agents: { agent: string; agreed?: boolean | undefined }[],
): void {
  for (const { agent, agreed } of agents) {
    if (agreed === undefined) continue;
    const { right, wrong, inProgress } = known.get(agent) ?? UNKNOWN;
    known.set(agent, { right: right + Number(agreed), wrong: wrong + Number(!agreed), inProgress });
  }
}

/** The agents that could do a set alone, each for one capability; no other agent checks them. */
export function soloists({ alone }: LabelledSet): AgentSpec[] {
  return agents.flatMap((agent) => {
    const capabilities = alone[agent.name];
    return capabilities ? [{ ...agent, capabilities }] : [];
  });
}

/** The score of always giving the most common answer of the development half. */
export function commonest({ development, heldOut, about }: LabelledSet): Trial["pairs"] {
  return Object.fromEntries(
    about.map((what) => {
      const answered = majority(development.map(({ labels }) => labels[what]!));
      return [what, heldOut.map(({ labels }) => ({ meant: labels[what]!, answered }))];
    }),
  );
}
