import { Command } from "commander";
import { describeFindings, validate } from "../../lambdas/runtime/validation.ts";
import { type ContractChange, compareContracts } from "../../lib/contract/compatibility/check.ts";
import {
  parseRecordPath,
  recordPath,
  recordsOf,
  recordText,
} from "../../lib/contract/compatibility/record.ts";
import { asyncApi } from "../../lib/contract/document/asyncapi.ts";
import { exampleOf } from "../../lib/contract/document/example.ts";
import { isEventPage, pagesOf } from "../../lib/contract/document/pages.ts";
import { contractsAmong, eventsAmong, type Participant } from "../../lib/contract/document/participant.ts";
import { versionsOf } from "../../lib/contract/event.ts";
import { participantsOf } from "../../lib/index.ts";
import { readRecords, replaceFiles } from "../contract-files.ts";
import { reactions, workflows } from "../definitions.ts";
import { UsageError } from "../explain.ts";
import { print } from "../format.ts";

const FOLDER = "contracts";

export function contracts(): Command {
  return new Command("contracts")
    .description("keep, check and document what producers and subscribers agree on")
    .addCommand(check())
    .addCommand(write())
    .addCommand(document());
}

function check(): Command {
  return new Command("check")
    .description("compare the contracts in the code with their records; fails where a change breaks somebody")
    .option("--folder <path>", "where the records lie", FOLDER)
    .action(({ folder }: { folder: string }) => {
      const changes = compareContracts(contractsAmong(everybody()), readRecords(folder));
      changes.forEach(printChange);
      const forbidden = changes.filter((change) => change.forbidden).length;
      if (forbidden > 0)
        throw new UsageError(
          `${forbidden} of ${changes.length} changes must not be. Undo them, or put the new schema under a new version with \`earlier: upcast(…)\`. Where nobody is broken after all, run \`millrace contracts write\`.`,
        );
      print(changes.length === 0 ? "All contracts are as recorded." : "Nothing that breaks anybody.");
    });
}

function write(): Command {
  return new Command("write")
    .description("record the contracts as they are in the code")
    .option("--folder <path>", "where the records lie", FOLDER)
    .action(({ folder }: { folder: string }) => {
      const inCode = contractsAmong(everybody());
      const broken = compareContracts(inCode, readRecords(folder)).filter(({ breaks }) => breaks);
      broken.forEach(printChange);
      const files = recordsOf(inCode).map((record) => ({
        path: recordPath(record),
        text: recordText(record),
      }));
      replaceFiles(folder, files, (path) => parseRecordPath(path) !== undefined);
      print(`Wrote ${files.length} records to ${folder}. Commit them.`);
    });
}

function document(): Command {
  return new Command("document")
    .description("write an AsyncAPI document and pages of all events")
    .option("--out <path>", "folder for them", "docs/events")
    .option("--title <text>", "title of the document", "Millrace")
    .action(async ({ out, title }: { out: string; title: string }) => {
      const participants = everybody();
      await refuseWrongExamples(participants);
      const described = asyncApi(participants, { title, version: "1.0.0" });
      const text = `${JSON.stringify(described, null, 2)}\n`;
      const files = [...pagesOf(participants), { path: "asyncapi.json", text }];
      replaceFiles(out, files, isEventPage);
      print(`Wrote ${files.length} files to ${out}.`);
    });
}

function everybody(): Participant[] {
  return participantsOf(workflows, reactions);
}

/** What only a program can check, as a refinement, does not show in a schema's description. */
async function refuseWrongExamples(participants: readonly Participant[]): Promise<void> {
  for (const contract of eventsAmong(participants).flatMap(versionsOf)) {
    const checked = await validate(contract.schema, exampleOf(contract));
    if (!checked.valid)
      throw new UsageError(
        `The example of ${contract.name} version ${contract.version} breaks its contract: ${describeFindings(checked.findings)}. Give one in the schema, with zod by .meta({ examples: […] }).`,
      );
  }
}

function printChange({ event, version, says, forbidden }: ContractChange): void {
  print(`${forbidden ? "✗" : "·"} ${event} version ${version}: ${says}`);
}
