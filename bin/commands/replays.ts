import { Command } from "commander";
import type { ReplayItem } from "../../lib/contract/table.ts";
import { actionCommand } from "../action.ts";
import { wantsJson } from "../answer.ts";
import { count } from "../count.ts";
import { describeReplay, manner } from "../describe-replay.ts";
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
      else print(describeReplay(found));
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
    item.requested.at,
    `${item.from} … ${item.to}`,
    item.subscribers.join(", "),
    manner(item),
    `${item.requested.by}: ${item.requested.why}`,
  ]);
  print(tabulate(["REPLAY", "REQUESTED", "EVENTS FROM … TO", "FOR", "HOW", "BY"], rows));
}
