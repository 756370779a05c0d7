import { sumOf } from "./dollars.ts";
import { type Move, Opinion, type Reply, ResolvedEvent, type Turn } from "./protocol.ts";

/**
 * An opinion with the result of the last move: `raw` is the workflow's data about it. A refusal is there
 * already.
 */
export function withReplies(said: readonly Turn[], raw: unknown): Turn[] {
  const last = said.at(-1);
  if (!last || last.replies.length > 0) return [...said];
  return [...said.slice(0, -1), { ...last, replies: repliesTo(last.move, raw) }];
}

/** The result of a move that requested something, as the agent receives it. */
function repliesTo(move: Move, raw: unknown): Reply[] {
  if (move.kind === "wait") {
    const { news } = (raw ?? {}) as { news?: { news: unknown } };
    return [news ? { kind: "news", value: news.news } : { kind: "nothing", value: "Nothing came in time." }];
  }
  if (!Array.isArray(raw)) return [];
  return raw.map((value): Reply => {
    if (Opinion.safeParse(value).success) return { kind: "opinion", value };
    if (ResolvedEvent.safeParse(value).success) return { kind: "settled", value };
    return { kind: "nothing", value };
  });
}

/** The cost of turns, including their questions and tasks. Unknown for a failed run. */
export function costOf(said: readonly Turn[]): number {
  const others = said
    .flatMap(({ replies }) => replies)
    .filter(({ kind }) => kind === "opinion" || kind === "settled")
    .map(({ value }) => (value as Opinion | ResolvedEvent).usd);
  return sumOf([...said.map(({ usd }) => usd), ...others]);
}
