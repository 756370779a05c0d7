import * as z from "zod";
import { definePrompt, type UseTool } from "../../../lambdas/runtime/model/index.ts";
import type { Move, Opinion, ResolvedEvent, Turn } from "../protocol.ts";
import { sentences, words } from "../text.ts";
import type { TakeTurn, TurnContext } from "../turn.ts";
import { articles } from "./articles.ts";
import { articleSearch, helpCentre } from "./help-centre.ts";
import { searchArticles } from "./search-articles.ts";
import { sorted } from "./sort.ts";
import { type Ticket, textOf, ticketOf } from "./ticket.ts";

/** Maximum number of candidate articles. */
const CANDIDATES = 3;
/** A ticket with fewer words than this cannot be searched for. */
const LEAST_WORDS = 3;

interface Choice {
  ticket: string;
  /** Ids of articles that were checked before, and do not answer it. */
  refused: readonly string[];
}

export const chooseArticle = definePrompt("choose-article", {
  instructions:
    'You search a help centre for the article that answers a ticket, and write a short reply from it. Where none does, answer "none".',
  ask: ({ ticket, refused }: Choice) =>
    [
      `Ticket: ${ticket}`,
      ...(refused.length > 0 ? [`These do not answer it: ${refused.join(", ")}`] : []),
    ].join("\n\n"),
  answer: z.object({
    article: z.string().max(20),
    confidence: z.number().min(0).max(1),
    reply: z.string().max(2_000),
  }),
  outputTokens: 400,
  byRule: chooseFirst,
});

/**
 * The agent "kb-search". Two questions in one ticket become two tasks; if a ticket says too little, it waits
 * until the customer has written more; and an agent that can doubt checks what it finds.
 */
export const searchKnowledgeBase: TakeTurn = async ({ capability, payload, task }, said, context) => {
  const ticket = withNews(ticketOf(payload), said);
  const text = textOf(ticket);
  if (capability === "classify-ticket") return sortByArticle(text);
  if (/\b(?:lawyer|attorney|sue|court)\b/i.test(text))
    return { kind: "hand-over", why: "The ticket speaks of legal steps." };
  const divided = capability === "answer-ticket" ? divide(ticket, said) : undefined;
  if (divided) return divided;
  if (words(text).length < LEAST_WORDS && !said.some(({ move }) => move.kind === "wait"))
    return { kind: "wait", key: `customer:${task.taskId}`, why: "It says too little: what is it about?" };
  return await lookUp(text, said, context);
};

/** The best article, except those that were rejected; the first time, another agent checks it. */
async function lookUp(text: string, said: readonly Turn[], { ask }: TurnContext): Promise<Move> {
  const checks = checksIn(said);
  const refused = new Set(checks.flatMap(({ fits, article }) => (fits ? [] : [article])));
  const choice = await ask(chooseArticle, { ticket: text, refused: [...refused] }, [articleSearch]);
  const article = articles.find(({ id }) => id === choice.article);
  if (!article) return noArticle(refused);
  const check = checks.find((one) => one.article === article.id);
  if (!check && !cannotAsk(said)) {
    const payload = { ticket: text, article: article.id };
    return { kind: "ask", questions: [{ capability: "check-answer", payload }] };
  }
  const confidence = check ? 1 - (1 - choice.confidence) * (1 - check.confidence / 2) : choice.confidence;
  return {
    kind: "answer",
    claims: [{ about: "article", value: article.id, confidence: Math.round(confidence * 100) / 100 }],
    evidence: [{ source: article.id, text: article.title }],
    text: choice.reply,
  };
}

/** Whether a question was refused, or had no result. */
function cannotAsk(said: readonly Turn[]): boolean {
  return said.some(
    ({ move, replies }) => move.kind === "ask" && replies.some(({ kind }) => kind !== "opinion"),
  );
}

/** Two questions become two tasks, whose results become one answer; undefined if there is one question. */
function divide(ticket: Ticket, said: readonly Turn[]): Move | undefined {
  const spawned = said.find(({ move }) => move.kind === "spawn");
  if (spawned) return spawned.replies.some(({ kind }) => kind === "settled") ? combine(spawned) : undefined;
  const matters = mattersOf(ticket);
  if (matters.length === 1) return undefined;
  const tasks = matters.map((matter) => ({
    kind: "support-ticket",
    subject: matter.subject,
    payload: { ...matter, plan: ticket.plan },
  }));
  return { kind: "spawn", tasks };
}

/** What the customer has written since counts as part of the ticket. */
function withNews(ticket: Ticket, said: readonly Turn[]): Ticket {
  const news = said.flatMap(({ replies }) => replies.filter(({ kind }) => kind === "news"));
  const more = news.map(({ value }) => String((value as { text?: unknown }).text ?? ""));
  return { ...ticket, text: [ticket.text, ...more].join(" ") };
}

/** What others have said about articles. */
function checksIn(said: readonly Turn[]): { article: string; fits: boolean; confidence: number }[] {
  return said
    .flatMap(({ replies }) => replies.filter(({ kind }) => kind === "opinion"))
    .flatMap(({ value }) => (value as Opinion).claims)
    .map(({ about, value, confidence }) => ({
      article: about.replace("fits-", ""),
      fits: value === "yes",
      confidence,
    }));
}

/** The best match; its confidence is its distance from the next. */
async function chooseFirst({ ticket, refused }: Choice, use: UseTool) {
  const found = await use(searchArticles, { query: ticket, most: CANDIDATES });
  const [best, second] = found.filter(({ id }) => !refused.includes(id));
  if (!best) return { article: "none", confidence: 0.5, reply: "" };
  const ahead = best.score / (best.score + (second?.score ?? 0));
  const strong = Math.min(1, best.score / 20);
  const confidence = Math.round(Math.min(0.95, ahead * (0.5 + strong / 2)) * 100) / 100;
  return { article: best.id, confidence, reply: `${best.title}: ${best.text}` };
}

function noArticle(refused: ReadonlySet<string>): Move {
  const text =
    refused.size > 0 ? `Looked at, and found not to fit: ${[...refused].join(", ")}.` : "Nothing was found.";
  return {
    kind: "answer",
    claims: [{ about: "article", value: "none", confidence: 0.7 }],
    evidence: [{ source: "help centre", text }],
    text: "The help centre has no article on this. A colleague will answer.",
  };
}

function sortByArticle(text: string): Move {
  const [best] = helpCentre.search(text, 1);
  if (!best)
    return sorted({ category: "how-to", confidence: 0.1, because: "No article is like it." }, "help centre");
  const { document: article, score } = best;
  const confidence = Math.min(0.8, score / 25);
  return sorted({ category: article.category, confidence, because: article.title }, article.id);
}

const SECOND_MATTER =
  /^(?:and besides|besides|also|another (?:thing|question)|secondly|second question|and also|apart from that)\b[,:]?\s*/i;

/** A ticket is split where its author starts a new subject. */
function mattersOf({ subject, text }: Ticket): { subject: string; text: string }[] {
  const all = sentences(text);
  const at = all.findIndex((sentence, place) => place > 0 && SECOND_MATTER.test(sentence));
  if (at === -1) return [{ subject, text }];
  const second = all.slice(at).join(" ").replace(SECOND_MATTER, "");
  return [
    { subject, text: all.slice(0, at).join(" ") },
    { subject: second.slice(0, 60), text: second },
  ];
}

/** The answer to a ticket with several questions: that to the first counts, the texts are joined. */
function combine({ replies }: Turn): Move {
  const settled = replies.filter(({ kind }) => kind === "settled").map(({ value }) => value as ResolvedEvent);
  const { answer, settledBy, taskId } = settled[0]!;
  // A completed task has reached the confidence that its kind requires.
  const confidence = settledBy === "timeout" ? 0.2 : 0.9;
  return {
    kind: "answer",
    claims: [{ about: "article", value: answer.article ?? "none", confidence }],
    evidence: settled.map((one) => ({ source: one.taskId, text: one.subject })),
    text: settled.map(({ text }) => text).join("\n\n") || `See ${taskId}.`,
  };
}
