import type { ApprovalDecision } from "../../lib/index.ts";
import { sumOf } from "./dollars.ts";
import type { Opinion, ResolvedEvent, Task, Verdict } from "./protocol.ts";

/**
 * How a task ends: as the agents found, or as a person decided. A person's note may contain findings of its
 * own, as "category=billing, urgency=high"; they override those of the agents and, if the person rejected
 * those, replace them.
 */
export function conclude(
  task: Task,
  verdict: Verdict,
  opinions: readonly Opinion[],
  decision: ApprovalDecision | undefined,
): ResolvedEvent {
  const found = Object.fromEntries(verdict.findings.map(({ about, value }) => [about, value]));
  const noted = decision?.note === undefined ? {} : readNote(decision.note);
  const approved = decision === undefined || decision.approved;
  const answer = { ...(approved && found), ...noted };
  const silent = decision?.decidedBy === "timeout";
  return {
    taskId: task.taskId,
    kind: task.kind,
    subject: task.subject,
    answer,
    text: approved ? verdict.text : (decision.note ?? ""),
    confidence: decision
      ? silent
        ? 0
        : 1
      : Math.min(...verdict.findings.map(({ confidence }) => confidence)),
    settledBy: decision ? (silent ? "timeout" : "person") : "agents",
    why: decision
      ? `${verdict.why} ${silent ? "No person answered." : `${decision.decidedBy} ${approved ? "approved" : "rejected"} it${decision.note ? `: ${decision.note}` : "."}`}`
      : verdict.why,
    usd: sumOf(opinions.map(({ usd }) => usd)),
    agents: opinions.map(({ agent, status, claims }) => ({
      agent,
      status,
      agreed: agreement(claims, answer),
    })),
  };
}

function agreement(claims: Opinion["claims"], answer: Record<string, string>): boolean | undefined {
  const settled = claims.filter(({ about }) => answer[about] !== undefined);
  if (settled.length === 0) return undefined;
  return settled.every(({ about, value }) => answer[about] === value);
}

/** "category=billing, urgency: high" */
function readNote(note: string): Record<string, string> {
  const pairs = note.matchAll(/\b([a-z][a-z-]*)\s*[=:]\s*([^,;\n]+)/g);
  return Object.fromEntries([...pairs].map(([, about, value]) => [about!, value!.trim()]));
}
