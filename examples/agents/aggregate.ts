import { budgetLeft } from "./assign.ts";
import type { AgentSpec } from "./declare.ts";
import { findingsOf } from "./findings.ts";
import { kindOf } from "./kinds.ts";
import type { Consultation, Finding, Opinion, Task, Verdict } from "./protocol.ts";

/** Maximum number of rounds for a task. */
export const MOST_ROUNDS = 3;

/**
 * The result of the opinions on a task. Claims about the same thing are compared: if they differ, or none is
 * confident enough, agents that were not asked yet are asked; if there are none, a person is.
 */
export function aggregate(
  task: Task,
  opinions: readonly Opinion[],
  round: number,
  agents: readonly AgentSpec[],
  now: string,
): Verdict {
  const { needs, confidence } = kindOf(task.kind);
  const answered = opinions.filter(({ status }) => status === "answered");
  const findings = findingsOf(answered);
  const text = answered.find((opinion) => opinion.text !== "")?.text ?? "";
  const verdict = (next: Verdict["next"], why: string, open: string[] = []): Verdict => ({
    next,
    why,
    findings,
    text,
    open,
  });
  const handed = opinions.find(({ status }) => status === "handed over");
  if (handed) return verdict("person", `${handed.agent} hands over: ${handed.reason}`);

  const contested = findings.filter(({ against }) => against.length > 0);
  const doubtful = findings.filter((finding) => finding.confidence < confidence);
  const unanswered = Object.keys(needs).filter(
    (need) => !answered.some(({ capability }) => capability === need),
  );
  const troubles = [
    ...contested.map(({ about, value, against }) => `${about} is ${value}, or ${against.join(", or ")}`),
    ...doubtful.map(
      (finding) =>
        `${finding.about} is ${finding.value} with a confidence of ${percent(finding.confidence)} only`,
    ),
    ...unanswered.map((capability) => `no agent answered "${capability}"`),
  ].join("; ");

  const late = task.deadline !== undefined && now > task.deadline;
  const wanting = [...capabilitiesBehind([...contested, ...doubtful], answered), ...unanswered];
  const open = wanting.filter((capability) =>
    hasMore(capability, opinions, agents, budgetLeft(task, opinions) / wanting.length),
  );
  if (open.length > 0 && round < MOST_ROUNDS && !late) return verdict("another round", troubles, open);
  if (doubtful.length > 0 || unanswered.length > 0)
    return verdict("person", late ? `${troubles}; and the deadline is over` : troubles);
  if (findings.length === 0) return verdict("person", `No agent knows tasks of the kind "${task.kind}".`);
  return verdict("settle", troubles === "" ? "All agree." : `Most agree: ${troubles}.`);
}

/** The capabilities for which claims about something were made, each once. */
function capabilitiesBehind(findings: readonly Finding[], answered: readonly Opinion[]): Set<string> {
  const topics = new Set(findings.map(({ about }) => about));
  const makers = answered.filter(({ claims }) => claims.some(({ about }) => topics.has(about)));
  return new Set(makers.map(({ capability }) => capability));
}

/** Whether there is an agent that was not asked yet and whose turn costs no more than this. */
function hasMore(
  capability: string,
  opinions: readonly Opinion[],
  agents: readonly AgentSpec[],
  usd: number,
): boolean {
  const asked = opinions.filter((opinion) => opinion.capability === capability).map(({ agent }) => agent);
  return agents.some(
    ({ name, capabilities, priceUsd }) =>
      capabilities.includes(capability) && priceUsd <= usd && !asked.includes(name),
  );
}

/** The opinions of a round. A consultation whose run failed counts as failed. */
export function opinionsOf(
  consultations: readonly Consultation[],
  outcomes: readonly (Opinion | { failed: string })[],
): Opinion[] {
  return outcomes.map((outcome, at) => {
    if (!("failed" in outcome)) return outcome;
    const { consultationId, agent, capability, why, trust, payload } = consultations[at]!;
    return {
      consultationId,
      agent,
      capability,
      why,
      trust,
      payload,
      status: "failed",
      reason: outcome.failed,
      claims: [],
      evidence: [],
      text: "",
      turns: [],
      usd: 0,
    };
  });
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
