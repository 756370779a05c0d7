import * as z from "zod";
import { definePrompt } from "../../../lambdas/runtime/model/index.ts";
import { MOST_AT_ONCE, type Move, type Opinion, type Turn } from "../protocol.ts";
import type { TakeTurn } from "../turn.ts";
import { changeOf } from "./change.ts";
import { Readings, read, readByRule } from "./read.ts";
import { RULES, VERDICTS } from "./rules.ts";

/** A contract in which more clauses change is a new one. */
const MOST_CLAUSES = 8;
const ANNEX = /\b(?:Annex|Appendix|Schedule) ([A-Z]|\d+)\b/;

const Judged = z.object({
  verdict: z.enum(VERDICTS),
  rule: z.string(),
  confidence: z.number().min(0).max(1),
  because: z.string().max(800),
});
type Judged = z.infer<typeof Judged>;

interface Clauses {
  clauses: { heading: string; readings: z.infer<typeof Readings> }[];
}

export const applyRules = definePrompt("apply-rules", {
  instructions: [
    "You check changes of contracts with suppliers, as the customer. The rules of the house:",
    ...Object.values(RULES).map(({ id, says }) => `- ${id}: ${says}`),
    'Answer "breach" where a rule is broken, "review" where a lawyer has to look, "ok" for all else; and the rule, or "none".',
  ].join("\n"),
  ask: ({ clauses }: Clauses) => JSON.stringify(clauses),
  answer: Judged,
  outputTokens: 300,
  byRule: judge,
});

/**
 * The agent "rule-reviewer". Another agent reads the clauses for it. It waits for annexes that a clause
 * refers to and that are missing, and hands over a contract that has changed completely.
 */
export const reviewByRules: TakeTurn = async ({ payload }, said, { ask }) => {
  const { contractId, changes } = changeOf(payload);
  if (changes.length > MOST_CLAUSES)
    return { kind: "hand-over", why: `${changes.length} clauses have changed: this is a new contract.` };
  const annexes = news(said);
  const missing = changes.map(({ after }) => ANNEX.exec(after)?.[0]).find((annex) => annex !== undefined);
  if (missing && !said.some(({ move }) => move.kind === "wait"))
    return {
      kind: "wait",
      key: `document:${contractId}:${missing}`,
      why: `A clause refers to ${missing}, which is not here.`,
    };
  const complete = changes.map((change) => ({
    ...change,
    after: [change.after, ...annexes].join(" ").trim(),
  }));
  const read = readingsIn(said);
  const next = complete.slice(read.length, read.length + MOST_AT_ONCE);
  if (next.length > 0 && !refused(said))
    return {
      kind: "ask",
      questions: next.map(({ heading, before, after }) => ({
        capability: "read-clause",
        payload: { heading, before, after },
      })),
    };
  const readings = complete.map((change, at) => ({
    heading: change.heading,
    readings: read[at] ?? readByRule(change),
  }));
  return judged(await ask(applyRules, { clauses: readings }), "rules of the house");
};

/** A judgement as an answer. */
export function judged({ verdict, rule, confidence, because }: Judged, source: string): Move {
  return {
    kind: "answer",
    claims: [{ about: "verdict", value: verdict, confidence }],
    evidence: [{ source: rule === "none" ? source : `${source}: ${rule}`, text: because }],
    text: verdict === "ok" ? "" : `${rule}: ${because}`,
  };
}

function readingsIn(said: readonly Turn[]): z.infer<typeof Readings>[] {
  return said
    .flatMap(({ replies }) => replies.filter(({ kind }) => kind === "opinion"))
    .map(({ value }) => Readings.parse(JSON.parse((value as Opinion).text)));
}

function news(said: readonly Turn[]): string[] {
  const news = said.flatMap(({ replies }) => replies.filter(({ kind }) => kind === "news"));
  return news.map(({ value }) => String((value as { text?: unknown }).text ?? ""));
}

/** Whether no other agent can be asked: then it reads the text itself. */
function refused(said: readonly Turn[]): boolean {
  return said.some(
    ({ move, replies }) => move.kind === "ask" && replies.some(({ kind }) => kind !== "opinion"),
  );
}

/** The most serious consequence of the changed clauses. */
function judge({ clauses }: Clauses): Judged {
  const all = clauses.map(({ heading, readings: { topic, before, after } }): Judged => {
    const rule = RULES[topic];
    if (!rule)
      return { verdict: "ok", rule: "none", confidence: 0.6, because: `No rule is about "${heading}".` };
    const verdict = rule.judge(before, after);
    const sure =
      verdict === "ok" && read(after.text).days === undefined && after.percent === undefined ? 0.7 : 0.85;
    return { verdict, rule: rule.id, confidence: sure, because: `${heading}: ${rule.says}` };
  });
  return all.reduce((gravest, one) =>
    VERDICTS.indexOf(one.verdict) > VERDICTS.indexOf(gravest.verdict) ? one : gravest,
  );
}
