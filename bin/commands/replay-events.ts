import type { Command } from "commander";
import type { Replay } from "../../lib/contract/command.ts";
import { UsageError } from "../explain.ts";
import { ordering } from "../order.ts";
import { readTime } from "../time.ts";

/** Options as commander hands them over. */
interface Options {
  from?: string;
  to?: string;
  subscriber?: string;
  run?: string;
  all?: boolean;
  event?: string[];
  again?: boolean;
  dryRun?: boolean;
}

/** What of an order its options say. */
function optionsOf({ from, to, event, again = false, dryRun: dry = false }: Options) {
  const now = Date.now();
  return {
    ...(from !== undefined && { from: readTime(from, now) }),
    ...(to !== undefined && { to: readTime(to, now) }),
    ...(event && { events: event }),
    ...{ again, dry },
  };
}

function targetOf({ subscriber, run, all }: Options): Replay["target"] {
  const targets: Replay["target"][] = [
    ...(subscriber ? [{ subscriber }] : []),
    ...(run ? [{ run }] : []),
    ...(all ? [{ all: "subscribers" as const }] : []),
  ];
  if (targets.length === 1) return targets[0]!;
  throw new UsageError("Say to whom: --subscriber <name>, --all, or --run <id> to do one run once more.");
}

const timed = (command: Command) =>
  command
    .option("--from <time>", 'of events published since: "2 hours ago", or as "2026-11-21T09:00:00Z"')
    .option("--to <time>", "of events published until (default: now)")
    .option("--event <name...>", "only of these events")
    .option("--dry-run", "do nothing: count what would be done");

export const replayEvents = () =>
  timed(
    ordering(
      "replay-events",
      "deliver archived events once more; what has been done is left as it is",
      undefined,
      (_, said, options) => ({ action: "replay", target: targetOf(options), ...optionsOf(options), ...said }),
    ),
  )
    .option("--subscriber <name>", "to one workflow or reaction")
    .option("--all", "to all of them")
    .option("--run <id>", "do one run once more, with --again; no time is needed")
    .option("--again", "do once more what has been done, as a new epoch");

export const backfill = () =>
  timed(
    ordering(
      "backfill",
      "deliver to a workflow or reaction what was published before it was deployed, or while it was broken",
      ["<subscriber>", "its name"],
      (subscriber, said, options) => ({
        action: "replay",
        target: { subscriber },
        ...optionsOf(options),
        ...said,
      }),
    ),
  );
