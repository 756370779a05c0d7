import type { AgentSpec } from "./declare.ts";
import { roundDown, sumOf } from "./dollars.ts";
import { kindOf } from "./kinds.ts";
import type { Consultation, Opinion, Task, Verdict } from "./protocol.ts";
import { fingerprint } from "./question.ts";
import { type Choice, type Performances, route } from "./route.ts";

export interface RoundOfTask {
  task: Task;
  /** Counts from 1. */
  round: number;
  /** The opinions of earlier rounds, and the capabilities for which another agent should be asked. */
  work: { opinions: readonly Opinion[]; verdict: Pick<Verdict, "open"> };
}

/**
 * The agents of a round of a task. Excludes agents that were asked for the same capability before, agents
 * that the task cannot pay, and all agents after the deadline. The rest of the budget is shared evenly among
 * them.
 */
export function assign(
  { task, round, work: { opinions, verdict } }: RoundOfTask,
  agents: readonly AgentSpec[],
  known: Performances,
  now: string,
): Consultation[] {
  if (task.deadline !== undefined && now > task.deadline) return [];
  const wanted: [string, number][] =
    round === 1 ? Object.entries(kindOf(task.kind).needs) : verdict.open.map((capability) => [capability, 1]);
  const left = budgetLeft(task, opinions);
  const places = wanted.reduce((sum, [, most]) => sum + most, 0);
  const usd = places > 0 ? left / places : 0;
  const chosen = wanted.flatMap(([capability, most]) => {
    const asked = opinions.filter((opinion) => opinion.capability === capability);
    const except = new Set(asked.map(({ agent }) => agent));
    return route({ capability, most, usd, except }, agents, known).map((choice) => ({ capability, choice }));
  });
  const share = roundDown(left / Math.max(1, chosen.length));
  return chosen.map(({ capability, choice }) => ({
    ...consult(task, capability, choice),
    consultationId: `${task.taskId}/${round}/${capability}/${choice.agent.name}`,
    usd: share,
  }));
}

export function budgetLeft(task: Task, opinions: readonly Opinion[]): number {
  return Math.max(0, task.budgetUsd - sumOf(opinions.map(({ usd }) => usd)));
}

function consult(
  task: Task,
  capability: string,
  { agent, why, trust }: Choice,
): Omit<Consultation, "consultationId" | "usd"> {
  const { payload } = task;
  const chain = [{ agent: agent.name, question: fingerprint(capability, payload) }];
  return { agent: agent.name, capability, why, trust, task, payload, chain };
}
