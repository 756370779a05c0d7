import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Command } from "commander";
import { wantsJson } from "../answer.ts";
import { type DefinitionSnapshot, definitionChanges, snapshotOf } from "../definition-changes.ts";
import { FILE, reactions, workflows } from "../definitions.ts";
import { print } from "../format.ts";

export function changes(): Command {
  return new Command("changes")
    .description("show what changed in the definitions since the last call: states, cost and contracts")
    .option("--since <file>", "file with the definitions of the last call", "cdk.out/definitions.json")
    .action(({ since }: { since: string }, command: Command) => {
      const now = snapshotOf(workflows, reactions);
      const last = read(since);
      const before = last?.file === FILE ? last : undefined;
      mkdirSync(dirname(since), { recursive: true });
      writeFileSync(since, JSON.stringify({ ...now, file: FILE }));
      const lines = before ? definitionChanges(before, now, workflows, reactions) : [];
      if (wantsJson(command)) print(JSON.stringify(lines, null, 2));
      else for (const line of lines) print(line);
    });
}

function read(file: string): DefinitionSnapshot | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as DefinitionSnapshot;
  } catch {
    return undefined; // Another version wrote it.
  }
}
