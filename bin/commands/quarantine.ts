import { Command } from "commander";
import { describeFindings } from "../../lambdas/runtime/events/validation.ts";
import { actionCommand } from "../action.ts";
import { wantsJson } from "../answer.ts";
import { count } from "../count.ts";
import { print, shortened } from "../format.ts";
import { readObject } from "../payload.ts";
import { connect } from "../session.ts";

export function quarantine(): Command {
  return new Command("quarantine")
    .description("list quarantined events with the reason; release or discard them")
    .addCommand(release())
    .addCommand(discard())
    .option("--limit <count>", "maximum number of entries", count, 20)
    .action(async ({ limit }: { limit: number }, command: Command) => {
      const { reader } = await connect(command);
      const found = await reader.quarantined(limit);
      if (wantsJson(command)) return print(JSON.stringify(found, null, 2));
      if (found.length === 0) {
        print("Quarantine is empty.");
        return;
      }
      for (const item of found) {
        print(
          `${item.id}  ${item.quarantinedAt}  ${item.name} from ${item.source}, for ${item.subscriber}: ${item.reason}`,
        );
        for (const finding of item.findings)
          print(`  ${describeFindings([finding])}${finding.value ? ` (value: ${finding.value})` : ""}`);
        print(item.bodyParts ? "  (too large to show)" : `  ${shortened(item.body, 300)}`);
      }
    });
}

const ID: [string, string] = ["<id>", "id of the quarantined event"];

function release(): Command {
  return actionCommand(
    "release",
    "deliver an event to its subscriber again, unchanged or corrected",
    ID,
    (quarantine, base, { payload, ofVersion }) => ({
      action: "release-event",
      target: { quarantine },
      ...(payload !== undefined && { payload: readObject(payload) }),
      ...(ofVersion !== undefined && { version: Number(ofVersion) }),
      ...base,
    }),
  )
    .option("--payload <json>", "replaces the payload: JSON, @file, or - for standard input")
    .option("--of-version <number>", "contract version of the payload");
}

function discard(): Command {
  return actionCommand("discard", "discard an event without delivering it", ID, (quarantine, base) => ({
    action: "discard-event",
    target: { quarantine },
    ...base,
  }));
}
