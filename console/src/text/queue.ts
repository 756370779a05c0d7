import type { QueueState } from "../api/types.ts";
import { duration } from "./duration.ts";

export interface QueuePart {
  text: string;
  /** What the number is of. */
  title: string;
  tone?: "quiet" | "bad";
}

/** The text about a queue; `compact`, only the most important part. Empty for an empty queue. */
export function queueParts(
  { backlog, inFlight, delayed, oldestSeconds, dead }: QueueState,
  compact = false,
): QueuePart[] {
  const parts: QueuePart[] = [];
  if (backlog > 0) parts.push({ text: `${backlog.toLocaleString("en")} waiting`, title: "Waiting" });
  if (inFlight > 0 && !(compact && backlog > 0))
    parts.push({ text: `${inFlight} in flight`, title: "In flight" });
  if (delayed > 0 && !compact) parts.push({ text: `${delayed} delayed`, title: "Delayed" });
  if (oldestSeconds !== undefined && oldestSeconds > 0 && backlog > 0) {
    const age = duration(oldestSeconds * 1000);
    const text = compact ? age.split(" ").slice(0, 2).join(" ") : `${age} old`;
    parts.push({ text, title: "Age of the oldest", tone: "quiet" });
  }
  if (dead > 0) parts.push({ text: `${dead} dead`, title: "Dead letters", tone: "bad" });
  return parts;
}
