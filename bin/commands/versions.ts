import { Command } from "commander";
import type { Version } from "../../lambdas/runtime/ports/readers.ts";
import { answer } from "../answer.ts";
import { UsageError } from "../explain.ts";
import { tabulate } from "../format.ts";
import { connect } from "../session.ts";

export function versions(): Command {
  return new Command("versions")
    .description("list deployed versions with their open runs, newest first")
    .argument("[workflow]", "name of a workflow (default: all)")
    .action(async (workflow: string | undefined, _options: unknown, command: Command) => {
      const { reader } = await connect(command);
      const found = await reader.versions(workflow);
      if (workflow && found.length === 0)
        throw new UsageError(
          `No version of a workflow "${workflow}" is deployed. "millrace versions" lists all.`,
        );
      answer(command, found, () =>
        found.length === 0
          ? "No workflows are deployed."
          : tabulate(["WORKFLOW", "VERSION", "DEPLOYED", "OPEN RUNS"], found.map(describe)),
      );
    });
}

function describe({ workflow, version, deployedAt, runs }: Version): string[] {
  return [workflow, version, deployedAt ?? "unknown", String(runs)];
}
