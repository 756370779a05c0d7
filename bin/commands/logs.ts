import { setTimeout as pause } from "node:timers/promises";
import { Command } from "commander";
import type { RunItem } from "../../lib/contract/table.ts";
import { wantsJson } from "../answer.ts";
import { UsageError } from "../explain.ts";
import { findRun } from "../find-run.ts";
import { print } from "../format.ts";
import { describeLine, ERRORS, isError } from "../log-line.ts";
import { lookBack } from "../look-back.ts";
import { connect, type Session } from "../session.ts";

interface LogOptions {
  follow?: true;
  since?: number;
  errors?: true;
  function?: string;
  json?: boolean;
}

/** Lines become visible some seconds after they were written. */
const LATE = 10_000;
const LOOK_EVERY = 2_000;
const HOUR = 3_600_000;

export function logs(): Command {
  return new Command("logs")
    .description("show log lines of functions, for one run or for all, ordered by time")
    .argument("[run]", "id of a run or of a reaction run")
    .option("-f, --follow", "follow new lines until the run ends (without a run: until Ctrl-C)")
    .option(
      "--since <duration>",
      'how far back, e.g. "2 hours" (default: since the run was accepted; without a run, 1 hour)',
      lookBack,
    )
    .option("--errors", "only errors")
    .option("--function <part>", "only functions with this text in the name of their log group")
    .action(async (id: string | undefined, given: Omit<LogOptions, "json">, command: Command) => {
      const session = await connect(command);
      const options = { ...given, json: wantsJson(command) };
      const item = id === undefined ? undefined : await runOf(session, id);
      const run = item?.run ?? id;
      const groups = await groupsOf(session, options);
      const now = Date.now();
      const from = options.since === undefined ? beginOf(item, now) : now - options.since;
      const print = linePrinter(session, groups, run, options);
      const found = await print(from, options.follow ? undefined : endOf(item));
      if (options.follow) return await follow(session, run, now, print);
      if (found === 0) process.stderr.write(nothing(run, from));
    });
}

/**
 * The run, or undefined for a reaction run, which has a log and no item. Throws UsageError if there is
 * neither.
 */
async function runOf(session: Session, id: string): Promise<RunItem | undefined> {
  const exact = await session.reader.run(id);
  if (exact) return exact.run;
  if ((await session.eventLog.ofRun(id)).length > 0) return undefined;
  return (await findRun(session, id)).run;
}

async function groupsOf({ logs }: Session, { function: part = "" }: LogOptions): Promise<string[]> {
  const groups = await logs.groups();
  const chosen = groups.filter((group) => group.toLowerCase().includes(part.toLowerCase()));
  if (chosen.length > 0) return chosen;
  throw new UsageError(
    groups.length === 0
      ? "This stack has no logs. Deploy it first, or choose another stack with --stack."
      : `No log group has "${part}" in its name. Available: ${groups.join(", ")}.`,
  );
}

function beginOf(item: RunItem | undefined, now: number): number {
  return item ? Date.parse(item.acceptedAt) - LATE : now - HOUR;
}

/** How long to wait for late lines after a run has ended. */
function endOf(item: RunItem | undefined): number | undefined {
  return item?.endedAt === undefined ? undefined : Date.parse(item.endedAt) + HOUR;
}

/** Prints the lines of a period that were not printed before. Answers how many. */
function linePrinter(
  { logs }: Session,
  groups: string[],
  run: string | undefined,
  { errors, json }: LogOptions,
) {
  const printed = new Set<string>();
  const pattern = run === undefined ? (errors ? ERRORS : "") : JSON.stringify(run);
  return async (from: number, until?: number): Promise<number> => {
    const lines = await logs.lines(groups, { pattern, from, until });
    const fresh = lines.filter((line) => !printed.has(line.id) && (!errors || isError(line)));
    for (const line of fresh) {
      printed.add(line.id);
      print(json ? line.text : describeLine(line));
    }
    return fresh.length;
  };
}

async function follow(
  { reader }: Session,
  run: string | undefined,
  since: number,
  print: (from: number) => Promise<number>,
): Promise<void> {
  for (let from = since; ; from = Date.now()) {
    const ended = run !== undefined && (await reader.run(run))?.run.endedAt;
    await pause(LOOK_EVERY);
    const found = await print(from - LATE);
    if (ended && found === 0) return;
  }
}

function nothing(run: string | undefined, from: number): string {
  const what = run === undefined ? "" : ` with "${run}" in it`;
  return `No line${what} since ${new Date(from).toISOString()}. Lines are kept for one month and appear some seconds after they are written.\n`;
}
