import type { ObservedReplay } from "../lambdas/runtime/replay/ports.ts";
import type { ReplayItem } from "../lib/contract/table.ts";
import { tabulate } from "./format.ts";

/** A replay with its progress, and the outcomes of its deliveries so far. */
export function describeReplay({ item, progress }: ObservedReplay): string {
  const { requested, from, to, events, subscribers, cancelled } = item;
  return [
    `${item.replay}: ${progress.state}${progress.reason ? ` (${progress.reason})` : ""}, ${manner(item)}`,
    `  requested by ${requested.by} at ${requested.at}: ${requested.why}`,
    ...(cancelled ? [`  cancelled by ${cancelled.by} at ${cancelled.at}: ${cancelled.why}`] : []),
    `  ${events.join(", ")} from ${from} to ${to}, for ${subscribers.join(", ")}`,
    ...(progress.deliveredUntil ? [`  delivered events published until ${progress.deliveredUntil}`] : []),
    describeCounts(item),
  ].join("\n");
}

/** The outcomes of a replay, or of a dry run, by subscriber. */
export function describeCounts({ counts, dry }: Pick<ReplayItem, "counts" | "dry">): string {
  const rows = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  if (rows.length === 0) return dry ? "  0 events counted" : "  no deliveries yet";
  return tabulate(["SUBSCRIBER", "OUTCOME", "EVENTS"], rows.map(rowOf));
}

/** "produce-video duplicate": 3 */
function rowOf([outcome, events]: [string, number]): string[] {
  const at = outcome.lastIndexOf(" ");
  return [outcome.slice(0, at), outcome.slice(at + 1), String(events)];
}

/** Whether events are delivered, and what happens to completed work. */
export function manner({ again, dry }: Pick<ReplayItem, "again" | "dry">): string {
  return `${dry ? "dry run, " : ""}${again ? "restarts completed work" : "skips completed work"}`;
}
