import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Payload, Task } from "../../examples/agents/protocol.ts";

/** A task with what it should come to, by what it is about. */
export interface Labelled {
  task: Task;
  labels: Record<string, string>;
}

export interface LabelledSet {
  name: string;
  /** What is labelled. */
  about: string[];
  /** Agents that could do it alone, one for each capability. */
  alone: Record<string, string[]>;
  /** Every other one: rules were written by looking at these. */
  development: Labelled[];
  /** The rest, read when the rules were done. */
  heldOut: Labelled[];
}

type Row = Record<string, any> & { id: string };

function labelled(
  name: string,
  file: string,
  kind: string,
  about: string[],
  alone: Record<string, string[]>,
  payloadOf: (row: Row) => Payload,
): LabelledSet {
  const rows: Row[] = JSON.parse(readFileSync(join(import.meta.dirname, "data", file), "utf8"));
  const all = rows.map((row) => ({
    task: { taskId: row.id, kind, subject: row.id, payload: payloadOf(row), budgetUsd: 0.25, depth: 0 },
    labels: Object.fromEntries(about.map((what) => [what, row[what]])),
  }));
  return {
    name,
    about,
    alone,
    development: all.filter((_, at) => at % 2 === 0),
    heldOut: all.filter((_, at) => at % 2 === 1),
  };
}

export const sets: LabelledSet[] = [
  labelled(
    "Tickets",
    "tickets.json",
    "support-ticket",
    ["category", "urgency", "article"],
    {
      "ticket-words": ["classify-ticket"],
      "urgency-rater": ["rate-urgency"],
      "kb-search": ["answer-ticket"],
    },
    ({ subject, text, plan }) => ({ subject, text, plan }),
  ),
  labelled(
    "Changes of contracts",
    "changes.json",
    "contract-change",
    ["verdict"],
    { "rule-reviewer": ["review-contract"] },
    ({ id, heading, before, after }) => ({
      contractId: id,
      party: "A supplier",
      changes: [{ clause: "1", heading, before, after }],
    }),
  ),
  labelled(
    "New users",
    "users.json",
    "user-onboarding",
    ["track", "risk"],
    { "rule-planner": ["plan-onboarding"], "risk-checker": ["check-risk"] },
    ({ id, track, risk, ...user }) => ({ userId: id, ...user }),
  ),
];
