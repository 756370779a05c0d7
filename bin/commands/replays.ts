import { Command } from "commander";
import type { ObservedReplay } from "../../lambdas/runtime/replay/ports.ts";
import type { ReplayItem } from "../../lib/contract/table.ts";
import { actionCommand } from "../action.ts";
import { wantsJson } from "../answer.ts";
import { count } from "../count.ts";
import { UsageError } from "../explain.ts";
import { print, tabulate } from "../format.ts";
import { connect } from "../session.ts";

export function replays(): Command {
  return new Command("replays")
    .description("list replays of events, newest first; or show the progress and outcomes of one")
    .argument("[replay]", "name")
    .addCommand(cancel())
    .option("--limit <count>", "maximum number of entries", count, 20)
    .action(async (replay: string | undefined, { limit }: { limit: number }, command: Command) => {
      const { replays } = await connect(command);
      if (replay === undefined) {
        const all = await replays.list(limit);
        return wantsJson(command) ? print(JSON.stringify(all, null, 2)) : list(all);
      }
      const found = await replays.read(replay);
      if (!found) throw new UsageError(`There is no replay "${replay}". "millrace replays" lists them.`);
      if (wantsJson(command)) print(JSON.stringify(found, null, 2));
      else show(found);
    });
}

const cancel = () =>
  actionCommand(
    "cancel",
    "cancel a replay; delivered events stay delivered",
    ["<replay>", "name"],
    (replay, base) => ({ action: "cancel", target: { replay }, ...base }),
  );

function list(found: ReplayItem[]): void {
  if (found.length === 0) {
    print("No replays yet.");
    return;
  }
  const rows = found.map((item) => [
    item.replay,
    item.ordered.at,
    `${item.from} … ${item.to}`,
    item.subscribers.join(", "),
    manner(item),
    `${item.ordered.by}: ${item.ordered.why}`,
  ]);
  print(tabulate(["REPLAY", "ORDERED", "EVENTS FROM … TO", "FOR", "HOW", "BY"], rows));
}

function show({ item, progress }: ObservedReplay): void {
  const { ordered, from, to, events, subscribers, counts, cancelled } = item;
  print(
    `${item.replay}: ${progress.state}${progress.reason ? ` (${progress.reason})` : ""}, ${manner(item)}`,
  );
  print(`  requested by ${ordered.by} at ${ordered.at}: ${ordered.why}`);
  if (cancelled) print(`  cancelled by ${cancelled.by} at ${cancelled.at}: ${cancelled.why}`);
  print(`  ${events.join(", ")} from ${from} to ${to}, for ${subscribers.join(", ")}`);
  if (progress.deliveredUntil) print(`  delivered events published until ${progress.deliveredUntil}`);
  const rows = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  if (rows.length === 0) print("  no deliveries yet");
  else print(tabulate(["SUBSCRIBER", "OUTCOME", "EVENTS"], rows.map(rowOf)));
}

/** "produce-video duplicate": 3 */
function rowOf([met, events]: [string, number]): string[] {
  const at = met.lastIndexOf(" ");
  return [met.slice(0, at), met.slice(at + 1), String(events)];
}

function manner({ again, dry }: ReplayItem): string {
  return `${dry ? "dry run, " : ""}${again ? "restarts completed work" : "skips completed work"}`;
}
