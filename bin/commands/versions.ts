import { Command } from "commander";
import type { Version } from "../../lambdas/runtime/ports.ts";
import { print, tabulate } from "../format.ts";
import { connect } from "../session.ts";

export function versions(): Command {
  return new Command("versions")
    .description("list deployed versions with the runs that have not ended on them, newest first")
    .argument("[workflow]", "its name; otherwise all")
    .action(async (workflow: string | undefined, _options: unknown, command: Command) => {
      const { reader } = await connect(command);
      const found = await reader.versions(workflow);
      if (found.length === 0) {
        print(
          workflow
            ? `No version of a workflow called "${workflow}" has been deployed. List all with "millrace versions".`
            : "No workflow has been deployed.",
        );
        return;
      }
      print(tabulate(["WORKFLOW", "VERSION", "DEPLOYED", "LIVE RUNS"], found.map(describe)));
    });
}

function describe({ workflow, version, deployedAt, runs }: Version): string[] {
  return [workflow, version, deployedAt ?? "unknown", String(runs)];
}
