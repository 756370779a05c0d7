import { Command } from "commander";
import { count } from "../count.ts";
import { between, print, tabulate } from "../format.ts";
import { connect } from "../session.ts";

export function runs(): Command {
  return new Command("runs")
    .description("list runs, newest first")
    .option("--limit <count>", "maximum number of entries", count, 20)
    .action(async ({ limit }: { limit: number }, command: Command) => {
      const { reader } = await connect(command);
      const found = await reader.runs(limit);
      if (found.length === 0) {
        print('No runs yet. Start one with "millrace send".');
        return;
      }
      const now = Date.now();
      print(
        tabulate(
          ["RUN", "STATUS", "STARTED", "FOR"],
          found.map((run) => [
            run.run,
            run.status,
            run.acceptedAt,
            between(run.acceptedAt, run.endedAt, now),
          ]),
        ),
      );
    });
}
