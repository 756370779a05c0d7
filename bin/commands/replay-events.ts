import type { Command } from "commander";
import type {
  Command as ActionRequest,
  CommandOutcome,
  Replay,
} from "../../lib/contract/messages/command.ts";
import { actionCommand, type Report } from "../action.ts";
import { describeCounts } from "../describe-replay.ts";
import { UsageError } from "../explain.ts";
import { followDryRun } from "../follow-dry-run.ts";
import type { Session } from "../session.ts";
import { readTime } from "../time.ts";

/** Options in the form that commander passes. */
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

/** The fields of the command that come from options. */
function optionsOf({ from, to, event, again = false, dryRun: dry = false }: Options) {
  const now = Date.now();
  return {
    ...(from !== undefined && { from: readTime(from, now) }),
    ...(to !== undefined && { to: readTime(to, now) }),
    ...(event && { events: event }),
    again,
    dry,
  };
}

function targetOf({ subscriber, run, all }: Options): Replay["target"] {
  const targets: Replay["target"][] = [
    ...(subscriber ? [{ subscriber }] : []),
    ...(run ? [{ run }] : []),
    ...(all ? [{ all: "subscribers" as const }] : []),
  ];
  if (targets.length === 1) return targets[0]!;
  throw new UsageError("Choose the target: --subscriber <name>, --all, or --run <id> to restart one run.");
}

/** The counts of a dry run, once it has them. */
async function reportCounts(
  outcome: CommandOutcome,
  request: ActionRequest,
  session: Session,
): Promise<Report> {
  const isCounting = "dry" in request && request.dry && outcome.replay !== undefined;
  const found = isCounting ? await followDryRun(session, outcome.replay!) : undefined;
  if (!found) return { value: outcome, text: outcome.says };
  const { counts } = found.item;
  return { value: { ...outcome, counts }, text: `${outcome.says}\n${describeCounts(found.item)}` };
}

const timed = (command: Command) =>
  command
    .option("--from <time>", 'start of the time range: "2 hours ago", or "2026-11-21T09:00:00Z"')
    .option("--to <time>", "end of the time range (default: now)")
    .option("--event <name...>", "only these events")
    .option("--dry-run", "dry run: only count what would be delivered");

export const replayEvents = () =>
  timed(
    actionCommand(
      "replay-events",
      "deliver archived events again; completed work is not repeated",
      undefined,
      (_, base, options) => ({ action: "replay", target: targetOf(options), ...optionsOf(options), ...base }),
      reportCounts,
    ),
  )
    .option("--subscriber <name>", "deliver to this workflow or reaction")
    .option("--all", "deliver to all subscribers")
    .option("--run <id>", "restart one run, with --again; needs no time range")
    .option("--again", "restart completed work, as a new epoch");

export const backfill = () =>
  timed(
    actionCommand(
      "backfill",
      "deliver past events to a workflow or reaction that was not deployed, or did not work",
      ["<subscriber>", "name"],
      (subscriber, base, options) => ({
        action: "replay",
        target: { subscriber },
        ...optionsOf(options),
        ...base,
      }),
      reportCounts,
    ),
  );
