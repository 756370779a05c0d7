import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Command } from "commander";
import { contractsAmong } from "../../lib/contract/document/participant.ts";
import { participantsOf } from "../../lib/index.ts";
import { answer } from "../answer.ts";
import { reactions, workflows } from "../definitions.ts";
import { UsageError } from "../explain.ts";
import { type Names, namesOf } from "../scaffold/names.ts";
import { linesFor, register } from "../scaffold/register.ts";
import { agentsFile, filesOf, type NewFile } from "../scaffold/templates.ts";
import { DOCS, LOCAL_CLOUD, MILLRACE } from "../self.ts";

const INDEX = "workflows/index.ts";

/** Named `newWorkflow` since `new` is a word of the language. */
export function newWorkflow(): Command {
  return new Command("new")
    .description("create a workflow with an event, a step, handlers and a passing test")
    .argument("<workflow>", "name of the workflow, e.g. refund-order")
    .option("--on <event>", "the event that starts it (default: <workflow>.requested)")
    .option("--step <name>", "its first step (default: carry-out-<workflow>)")
    .addHelpText("after", "\nExample:\n  millrace new refund-order --on order.returned --step pay-back")
    .action((workflow: string, options: { on?: string; step?: string }, command: Command) => {
      const names = namesOf(workflow, options);
      const files = filesOf(names);
      refuseTaken(names, files);
      const agents = agentsFile();
      const all = existsSync(agents.path) ? files : [...files, agents];
      for (const { path, text } of all) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
      }
      const written = all.map(({ path }) => path);
      const index = addToIndex(names);
      answer(command, { written, index }, () =>
        ["Wrote:", ...written.map((path) => `  ${path}`), "", index, ...nextSteps(names)].join("\n"),
      );
    });
}

function refuseTaken({ workflow, event, step }: Names, files: readonly NewFile[]): void {
  const written = [`workflows/${workflow}`, ...files.map(({ path }) => path)].find((path) =>
    existsSync(path),
  );
  if (written) throw new UsageError(`${written} already exists. Choose another name, or remove it first.`);
  const handlers = existsSync("workflows")
    ? readdirSync("workflows", { recursive: true, encoding: "utf8" })
    : [];
  const twin = handlers.find((path) =>
    [`${step}.lambda.ts`, `${workflow}.intake.lambda.ts`].includes(basename(path)),
  );
  if (twin)
    throw new UsageError(
      `${join("workflows", twin)} already exists, and handlers are found by name. Choose another name; for a step, use --step.`,
    );
  if (contractsAmong(participantsOf(workflows, reactions)).some((contract) => contract.name === event))
    throw new UsageError(
      `The event "${event}" already exists. Choose another name with --on. To use the existing event, import it afterwards.`,
    );
}

/**
 * Adds the workflow to the index if that can be done safely; answers what was done, or what the user has to
 * do.
 */
function addToIndex(names: Names): string {
  const { line, entry } = linesFor(names);
  if (!existsSync(INDEX)) {
    writeFileSync(INDEX, `${line}\n\nexport const workflows = [${entry}];\n`);
    return `Wrote ${INDEX}, which lists what is deployed.`;
  }
  const text = register(readFileSync(INDEX, "utf8"), names);
  if (text === undefined) return `Add it to ${INDEX} by hand: "${line}", and ${entry} to its workflows.`;
  writeFileSync(INDEX, text);
  return `Added it to ${INDEX}.`;
}

function nextSteps({ workflow, event }: Names): string[] {
  return [
    `Next: run its test with "npx vitest run test/${workflow}.test.ts", then change the step to do what you need.`,
    ...(existsSync("cdk.json")
      ? []
      : [
          `Then write a CDK app that deploys ${INDEX}, as ${DOCS}/embedding.md shows, and name it in cdk.json: {"app": "node app.ts"}. The local cloud runs that app.`,
        ]),
    `Then send an event to the local cloud, which takes the workflow over while it runs ("${LOCAL_CLOUD}"): ${MILLRACE} send ${event} '{"id":"1","text":"a few words"}'`,
    `Next: waits, approvals and undo: ${DOCS}/tutorial.md`,
  ];
}
