import { Command } from "commander";
import { describeFindings, validate } from "../../lambdas/runtime/events/validation.ts";
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
import { wantsJson } from "../answer.ts";
import { readRecords, replaceFiles } from "../contract-files.ts";
import { reactions, workflows } from "../definitions.ts";
import { UsageError } from "../explain.ts";
import { print } from "../format.ts";
import { contractFile } from "../import-contract/contract-file.ts";
import { readText } from "../payload.ts";
import { INSTALLED, MILLRACE } from "../self.ts";

const FOLDER = "contracts";

export function contracts(): Command {
  return new Command("contracts")
    .description("check, record, document and import event contracts")
    .addCommand(check())
    .addCommand(write())
    .addCommand(document())
    .addCommand(importing());
}

function check(): Command {
  return new Command("check")
    .description(
      "compare the contracts in the code with the recorded ones; fails if a change breaks a producer or subscriber",
    )
    .option("--folder <path>", "folder of the recorded contracts", FOLDER)
    .action(({ folder }: { folder: string }, command: Command) => {
      const changes = compareContracts(contractsAmong(allParticipants()), readRecords(folder));
      const json = wantsJson(command);
      if (json) print(JSON.stringify(changes, null, 2));
      else changes.forEach(printChange);
      const refused = refusalOf(changes);
      if (refused !== undefined) throw new UsageError(refused);
      if (!json)
        print(changes.length === 0 ? "All contracts match their records." : "All changes are compatible.");
    });
}

/** What is to be done about changes that are not allowed. A contract without a record breaks no other. */
function refusalOf(changes: readonly ContractChange[]): string | undefined {
  const forbidden = changes.filter((change) => change.forbidden);
  const broken = forbidden.filter(({ breaks }) => breaks !== undefined).length;
  if (broken > 0)
    return `${broken} of ${changes.length} changes are not compatible. Revert them, or declare a new version with \`earlier: upcast(…)\`. To accept the changes as they are, run \`millrace contracts write\`.`;
  const unrecorded = forbidden.length === 1 ? "1 version has" : `${forbidden.length} versions have`;
  return forbidden.length > 0
    ? `${unrecorded} no record yet, and nothing else is wrong. Run \`millrace contracts write\`, and commit the result.`
    : undefined;
}

function write(): Command {
  return new Command("write")
    .description("record the contracts that are in the code")
    .option("--folder <path>", "folder of the recorded contracts", FOLDER)
    .action(({ folder }: { folder: string }) => {
      const inCode = contractsAmong(allParticipants());
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

function importing(): Command {
  return new Command("import")
    .description(
      "print the source of a contract for a JSON Schema, an OpenAPI or AsyncAPI document, or a registered schema",
    )
    .argument("<file>", "a JSON file; - reads standard input")
    .option("--schema <name>", "a schema of the document's components")
    .option("--event <name>", "name of the event (default: its detail type in the document)")
    .addHelpText(
      "after",
      `
Examples:
  ${MILLRACE} contracts import orders.openapi.json --schema Order --event order.placed > workflows/order-placed.ts
  aws schemas describe-schema --registry-name discovered-schemas --schema-name shop@OrderPlaced \\
    --query Content --output text | ${MILLRACE} contracts import - --event order.placed`,
    )
    .action((file: string, options: { schema?: string; event?: string }) => {
      const { text, origin } = readText(file === "-" ? file : `@${file}`);
      const definitions = INSTALLED ? "millrace" : "../lib/index.ts";
      print(contractFile(parseJson(text, origin), { ...options, origin, definitions }).trimEnd());
    });
}

function parseJson(text: string, origin: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${origin} is not JSON: ${(error as Error).message}. Convert YAML to JSON first.`);
  }
}

function document(): Command {
  return new Command("document")
    .description("write an AsyncAPI document and a page for each event")
    .option("--out <path>", "output folder", "docs/events")
    .option("--title <text>", "title of the document", "Millrace")
    .action(async ({ out, title }: { out: string; title: string }) => {
      const participants = allParticipants();
      await refuseWrongExamples(participants);
      const described = asyncApi(participants, { title, version: "1.0.0" });
      const text = `${JSON.stringify(described, null, 2)}\n`;
      const files = [...pagesOf(participants), { path: "asyncapi.json", text }];
      replaceFiles(out, files, isEventPage);
      print(`Wrote ${files.length} files to ${out}.`);
    });
}

function allParticipants(): Participant[] {
  return participantsOf(workflows, reactions);
}

/** A check that only code can do, such as a refinement, is not part of a schema's description. */
async function refuseWrongExamples(participants: readonly Participant[]): Promise<void> {
  for (const contract of eventsAmong(participants).flatMap(versionsOf)) {
    const checked = await validate(contract.schema, exampleOf(contract));
    if (!checked.valid)
      throw new UsageError(
        `The example of ${contract.name} version ${contract.version} breaks its contract: ${describeFindings(checked.findings)}. Add a valid example to the schema, in zod with .meta({ examples: […] }).`,
      );
  }
}

function printChange({ event, version, says, forbidden }: ContractChange): void {
  print(`${forbidden ? "✗" : "·"} ${event} version ${version}: ${says}`);
}
