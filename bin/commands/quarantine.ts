import { Command } from "commander";
import { describeFindings } from "../../lambdas/runtime/validation.ts";
import { count } from "../count.ts";
import { print } from "../format.ts";
import { ordering } from "../order.ts";
import { readObject } from "../payload.ts";
import { connect } from "../session.ts";

export function quarantine(): Command {
  return new Command("quarantine")
    .description("list events that were not let in, with the reason; release or discard them")
    .addCommand(release())
    .addCommand(discard())
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
          `${item.id}  ${item.quarantinedAt}  ${item.name} from ${item.source}, for ${item.subscriber}: ${item.reason}`,
        );
        for (const finding of item.findings)
          print(`  ${describeFindings([finding])}${finding.value ? ` (there stands ${finding.value})` : ""}`);
        print(item.bodyParts ? "  (too large to be shown)" : `  ${item.body.slice(0, 300)}`);
      }
    });
}

const ID: [string, string] = ["<id>", "the event's id in quarantine"];

function release(): Command {
  return ordering(
    "release",
    "deliver an event to its subscriber once more, as it came or corrected",
    ID,
    (quarantine, said, { payload, ofVersion }) => ({
      action: "release-event",
      target: { quarantine },
      ...(payload !== undefined && { payload: readObject(payload) }),
      ...(ofVersion !== undefined && { version: Number(ofVersion) }),
      ...said,
    }),
  )
    .option("--payload <json>", "takes the place of its payload: JSON, @file, or - for standard input")
    .option("--of-version <number>", "the version of the contract that it keeps");
}

function discard(): Command {
  return ordering("discard", "never deliver an event", ID, (quarantine, said) => ({
    action: "discard-event",
    target: { quarantine },
    ...said,
  }));
}
