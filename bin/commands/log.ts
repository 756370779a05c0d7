import { Command } from "commander";
import { storyOf } from "../../lib/contract/log/log-order.ts";
import type { LogItem } from "../../lib/contract/table.ts";
import { wantsJson } from "../answer.ts";
import { describeEntry } from "../entry.ts";
import { UsageError } from "../explain.ts";
import { print } from "../format.ts";
import { connect, type Session } from "../session.ts";
import { readTime } from "../time.ts";

interface LogOptions {
  until?: string;
}

export function log(): Command {
  return new Command("log")
    .description("show the log of a run, or of all runs that one outside event led to")
    .argument("<id>", "id of a run, of a reaction run, or of an outside event (correlation id)")
    .option("--until <time>", 'only entries until this time: "2 hours ago", or ISO 8601')
    .action(async (id: string, { until }: LogOptions, command: Command) => {
      const session = await connect(command);
      const entries = storyOf(
        await entriesOf(id, until === undefined ? undefined : readTime(until, Date.now()), session),
      );
      if (wantsJson(command)) for (const entry of entries) print(JSON.stringify(entry));
      else print(describeEntries(entries));
    });
}

async function entriesOf(id: string, until: string | undefined, session: Session): Promise<LogItem[]> {
  const { eventLog } = session;
  const ofRun = await eventLog.ofRun(id, until);
  if (ofRun.length > 0) return ofRun;
  const { runs, entries } = await eventLog.ofCorrelation(id, until);
  if (entries.length > 0) return entries;
  if (runs.length > 0)
    throw new UsageError(
      `The log has no entries for "${id}"${until === undefined ? " yet" : ` until ${until}`}.`,
    );
  const { items } = await session.search({ text: id }, 2);
  const [only, other] = items.filter(({ run }) => run.startsWith(id));
  if (only && !other) return await eventLog.ofRun(only.run, until);
  throw new UsageError(
    `The log has no run or event "${id}". "millrace runs" lists runs; "millrace run <run>" shows the event of a run.`,
  );
}

/** Entries under the id of their run, if it differs from that of the previous entry. */
function describeEntries(entries: readonly LogItem[]): string {
  const begun = entries[0]!.at;
  return entries
    .flatMap((entry, at) => [
      ...(entry.run === entries[at - 1]?.run ? [] : [`${entry.run}  ${entry.at}`]),
      describeEntry(entry, begun),
    ])
    .join("\n");
}
