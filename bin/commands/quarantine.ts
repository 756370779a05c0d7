import { Command } from "commander";
import { describeFindings } from "../../lambdas/runtime/validation.ts";
import { count } from "../count.ts";
import { print } from "../format.ts";
import { connect } from "../session.ts";

export function quarantine(): Command {
  return new Command("quarantine")
    .description("list events that were not let in, with the reason")
    .option("--limit <count>", "at most so many", count, 20)
    .action(async ({ limit }: { limit: number }, command: Command) => {
      const { reader } = await connect(command);
      const found = await reader.quarantined(limit);
      if (found.length === 0) {
        print("No event is in quarantine.");
        return;
      }
      for (const item of found) {
        print(
          `${item.quarantinedAt}  ${item.name} from ${item.source}, for ${item.subscriber}: ${item.reason}`,
        );
        for (const finding of item.findings)
          print(`  ${describeFindings([finding])}${finding.value ? ` (there stands ${finding.value})` : ""}`);
        print(`  ${item.body.slice(0, 300)}`);
      }
    });
}
