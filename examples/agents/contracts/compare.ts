import * as z from "zod";
import { definePrompt } from "../../../lambdas/runtime/model/index.ts";
import { indexOf } from "../text.ts";
import type { TakeTurn } from "../turn.ts";
import { type ContractChange, changeOf } from "./change.ts";
import { precedents } from "./precedents.ts";
import { judged } from "./review.ts";
import { VERDICTS, type Verdict } from "./rules.ts";

const index = indexOf(
  precedents.map(([text, verdict]) => ({ text, verdict })),
  { text: 1 },
);

const Judgement = z.object({
  verdict: z.enum(VERDICTS),
  rule: z.string(),
  confidence: z.number().min(0).max(1),
  because: z.string().max(800),
});
type Judgement = z.infer<typeof Judgement>;

const asText = ({ changes }: ContractChange) =>
  changes
    .map(
      ({ heading, before, after }) =>
        `${heading}\nBefore: ${before || "(nothing)"}\nAfter: ${after || "(removed)"}`,
    )
    .join("\n\n");

export const judgeByPrecedent = definePrompt("judge-by-precedent", {
  instructions:
    "You judge changes of contracts with suppliers as lawyers have judged similar ones: breach, review (a lawyer has to look), or ok.",
  ask: (change: ContractChange) =>
    `${asText(change)}\n\nEarlier:\n${near(change)
      .map(({ document }) => `- ${document.text} → ${document.verdict}`)
      .join("\n")}`,
  answer: Judgement,
  outputTokens: 300,
  byRule: vote,
});

/** The agent "precedent-reviewer". */
export const reviewByPrecedent: TakeTurn = async ({ payload }, _said, { ask }) =>
  judged(await ask(judgeByPrecedent, changeOf(payload)), "precedents");

function near({ changes }: ContractChange) {
  const text = changes
    .map(({ heading, after }) => `${heading} ${after === "" ? "the clause is removed" : after}`)
    .join(" ");
  return index.search(text, 3);
}

function vote(change: ContractChange): Judgement {
  const found = near(change);
  const votes = new Map<Verdict, number>();
  for (const { document, score } of found)
    votes.set(document.verdict, (votes.get(document.verdict) ?? 0) + score);
  const [best] = [...votes].sort(([a, x], [b, y]) => y - x || VERDICTS.indexOf(b) - VERDICTS.indexOf(a));
  if (!best)
    return { verdict: "ok", rule: "none", confidence: 0.2, because: "Nothing like it was judged before." };
  const total = found.reduce((sum, { score }) => sum + score, 0);
  const [verdict, score] = best;
  const confidence = Math.round(Math.min(0.9, (score / total) * Math.min(1, total / 25)) * 100) / 100;
  return { verdict, rule: "none", confidence, because: found[0]!.document.text };
}

/** Wordings by their consequence. The first match counts. */
const WORDINGS: readonly (readonly [Verdict, RegExp])[] = [
  [
    "breach",
    /\bsole discretion|without (?:prior |our |the customer's )*(?:consent|notice|approval)|shall not be liable|no liability|excludes? (?:all|any) liability|waive/i,
  ],
  ["breach", /\bany country|worldwide|United States|Delaware|New York|India\b|outside (?:of )?the E/i],
  ["breach", /\bcustomer (?:shall |will |agrees to |must )*indemnif/i],
  ["review", /\bliab|indemn|jurisdiction|governing|courts?\b|exclusiv|intellectual property/i],
];

export const judgeByWording = definePrompt("judge-by-wording", {
  instructions:
    "You look for wordings in changed clauses by which the customer gives rights away. breach: it does. review: a lawyer has to look. ok: nothing of the kind.",
  ask: asText,
  answer: Judgement,
  outputTokens: 300,
  byRule: ({ changes }: ContractChange) => {
    const after = changes.map((change) => `${change.heading}: ${change.after}`).join("\n");
    for (const [verdict, wording] of WORDINGS) {
      const match = wording.exec(after);
      if (match) return { verdict, rule: "none", confidence: 0.65, because: `"${match[0]}"` };
    }
    const removed = changes.find((change) => change.after === "");
    if (removed)
      return {
        verdict: "review" as const,
        rule: "none",
        confidence: 0.5,
        because: `"${removed.heading}" is removed.`,
      };
    return {
      verdict: "ok" as const,
      rule: "none",
      confidence: 0.5,
      because: "No wording that gives rights away.",
    };
  },
});

/** The agent "wording-reviewer". */
export const reviewByWording: TakeTurn = async ({ payload }, _said, { ask }) =>
  judged(await ask(judgeByWording, changeOf(payload)), "wording");
