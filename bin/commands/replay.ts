import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Command } from "commander";
import { type Comparison, compare } from "../../lib/contract/recording/compare.ts";
import { pathOf } from "../../lib/contract/recording/path.ts";
import type { RecordedExecution, Recording } from "../../lib/contract/recording/recording.ts";
import { rerunRequest } from "../../lib/contract/recording/request.ts";
import { show } from "../../lib/contract/recording/show.ts";
import { currentMachines } from "../../lib/index.ts";
import { answer, wantsJson } from "../answer.ts";
import { workflows } from "../definitions.ts";
import { UsageError } from "../explain.ts";
import { print } from "../format.ts";
import { recordedRun } from "../recorded-run.ts";
import { rerun } from "../rerun.ts";
import { momentsOf, stepThrough } from "../step-through.ts";

interface Options {
  against?: string;
  save?: string;
  debug?: true;
}

export function replay(): Command {
  return new Command("replay")
    .description("run again with the recorded results, on the local cloud, and show where the path differs")
    .argument("<run>", "id of the run, or path of a recording (.json)")
    .option(
      "--against <definition>",
      '"current" for the definition in workflows/, or a file with a state machine (default: the version that it ran on)',
    )
    .option("--debug", "step through what was recorded, state by state, with all data")
    .option("--save <file>", "write the recording to a file; it contains the payloads of the run")
    .action(async (runOrFile: string, options: Options, command: Command) => {
      const recording = await recordedRun(runOrFile, command);
      if (options.save) {
        await save(recording, options.save);
        if (!wantsJson(command)) print(`Wrote ${options.save}. It contains the payloads of the run.`);
      }
      if (options.debug && !wantsJson(command)) return await stepThrough(recording, print);
      if (options.debug) return answer(command, momentsOf(recording), () => "");
      const compared = await compareAll(recording, options.against);
      answer(command, compared, () =>
        compared.map(({ what, comparison }) => `${what} takes ${show(comparison)}`).join("\n"),
      );
      if (!compared.every(({ comparison }) => comparison.same)) process.exitCode = 1;
    });
}

async function save(recording: Recording, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(recording, null, 1)}\n`);
}

/** What came of one execution. */
interface Compared {
  what: string;
  comparison: Comparison;
}

/** Runs each execution again and compares the paths. */
async function compareAll(recording: Recording, against: string | undefined): Promise<Compared[]> {
  const definitionOf = await definitions(recording, against);
  const executions = recording.executions.filter((execution) => definitionOf(execution) !== undefined);
  const histories = await rerun(
    executions.map((execution) => rerunRequest(execution, definitionOf(execution))),
  );
  const compared = against === undefined ? "all" : "calls";
  const subject = against === undefined ? "" : ` against ${against}`;
  return executions.map((execution, index) => {
    const what = execution.of === "run" ? recording.run : `The compensation of ${recording.run}`;
    return {
      what: `${what}${subject}`,
      comparison: compare(execution, pathOf(histories[index]!), compared),
    };
  });
}

/** The definition on which each execution is to run; undefined for one that is left out. */
async function definitions(
  { workflow, run }: Recording,
  against: string | undefined,
): Promise<(execution: RecordedExecution) => unknown> {
  if (against === undefined) return ({ definition }) => definition;
  if (against !== "current") {
    const given = await readDefinition(against);
    return ({ of }) => (of === "run" ? given : undefined);
  }
  const found = workflows.find(({ name }) => name === workflow);
  if (!found)
    throw new UsageError(
      `Run ${run} belongs to "${workflow}", which is not in workflows/index.ts. Give a file with its state machine.`,
    );
  const machines = currentMachines(found);
  return ({ of }) => machines[of];
}

async function readDefinition(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new UsageError(
      `${file} is not a state machine in JSON: ${(error as Error).message}. --against takes "current" or such a file.`,
    );
  }
}
