import { Command, Option } from "commander";
import type { RunSearch } from "../../lambdas/runtime/api/run-partitions.ts";
import { runSummary } from "../../lambdas/runtime/api/views/run-summary.ts";
import type { AwaitedView, RunSummary } from "../../lib/contract/api/index.ts";
import { describeFailure } from "../../lib/contract/runs/run-failure.ts";
import { ENDED_STATUSES, OPEN_STATUSES, type RunItem } from "../../lib/contract/table.ts";
import { answer } from "../answer.ts";
import { count } from "../count.ts";
import { UsageError } from "../explain.ts";
import { ago, between, shortened, tabulate } from "../format.ts";
import { lookBack } from "../look-back.ts";
import { awaitedNow, describeAwaited, statusOf } from "../run-status.ts";
import { connect, type Session } from "../session.ts";
import { paintQuiet, paintStatus } from "../style.ts";

interface Options {
  limit: number;
  status?: "open" | "waiting" | RunItem["status"];
  workflow?: string;
  since?: number;
  search?: string;
}

/** A run as it is listed. */
interface Listed {
  item: RunItem;
  /** Its status, or "waiting" or "stuck". */
  status: string;
  awaited: AwaitedView[];
}

/** How many open runs are checked for waits. */
const MOST_OPEN = 200;

export function runs(): Command {
  return new Command("runs")
    .description("list runs, newest first")
    .option("--limit <count>", "maximum number of entries", count, 20)
    .addOption(
      new Option("--status <status>", "only runs of this status").choices([
        "open",
        "waiting",
        ...OPEN_STATUSES,
        ...ENDED_STATUSES,
      ]),
    )
    .option("--workflow <name>", "only runs of this workflow")
    .option("--since <duration>", 'only runs that were accepted since then, e.g. "2 hours"', lookBack)
    .option("--search <text>", "only runs with this text in their id or subject")
    .action(async (options: Options, command: Command) => {
      const session = await connect(command);
      const now = Date.now();
      const found = await findRuns(session, options, now);
      answer(command, found.map(summary), () => describeRuns(found, options, now));
    });
}

/** Without a match, throws a UsageError if the workflow that the options name is not deployed. */
export async function findRuns(
  session: Pick<Session, "search" | "reader" | "eventLog" | "releases">,
  options: Options,
  now: number,
): Promise<Listed[]> {
  const { status, workflow, since, search: text, limit } = options;
  const wanted: RunSearch = {
    workflow,
    text,
    status: status === "waiting" ? "open" : status,
    from: since === undefined ? undefined : new Date(now - since).toISOString(),
  };
  const { items } = await session.search(wanted, status === "waiting" ? MOST_OPEN : limit);
  if (items.length === 0 && workflow !== undefined) await refuseUnknown(session, workflow);
  const listed = await Promise.all(items.map((item) => listedOf(session, item, now)));
  return (status === "waiting" ? listed.filter((one) => one.status === "waiting") : listed).slice(0, limit);
}

async function refuseUnknown({ releases }: Pick<Session, "releases">, name: string): Promise<void> {
  const deployed = [...new Set((await releases()).map(({ workflow }) => workflow))].sort();
  if (deployed.includes(name)) return;
  throw new UsageError(
    `There is no workflow "${name}". ${deployed.length > 0 ? `Available: ${deployed.join(", ")}.` : "No workflows are deployed."}`,
  );
}

async function listedOf(
  { reader, eventLog }: Pick<Session, "reader" | "eventLog">,
  item: RunItem,
  now: number,
): Promise<Listed> {
  const isOpen = (OPEN_STATUSES as readonly string[]).includes(item.status);
  const [details, entries] = isOpen
    ? await Promise.all([reader.run(item.run), eventLog.ofRun(item.run)])
    : [];
  const awaited = details && entries ? awaitedNow(details, entries, now) : [];
  return { item, awaited, status: details ? statusOf(details, awaited) : item.status };
}

function summary({ item, awaited, status }: Listed): Omit<RunSummary, "status"> & { status: string } {
  return { ...runSummary(item), status, ...(awaited.length > 0 && { waiting: awaited }) };
}

export function describeRuns(found: readonly Listed[], { limit, ...filters }: Options, now: number): string {
  if (found.length === 0) {
    const isFiltered = Object.values(filters).some((value) => value !== undefined);
    return isFiltered ? "No matching runs." : 'No runs yet. Start one with "millrace send".';
  }
  return tabulate(
    ["RUN", "STATUS", "STARTED", "FOR", ""],
    found.map(({ item, status, awaited }) => [
      item.run,
      paintStatus(status),
      ago(item.acceptedAt, now),
      between(item.acceptedAt, item.endedAt, now),
      paintQuiet(
        awaited.length > 0
          ? describeAwaited(awaited, now)
          : item.failure
            ? shortened(describeFailure(item.failure).summary, LONGEST)
            : "",
      ),
    ]),
  );
}

const LONGEST = 120;
