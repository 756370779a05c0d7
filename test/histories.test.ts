import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compare } from "../lib/contract/recording/compare.ts";
import { readRecording } from "../lib/contract/recording/read.ts";
import type { RecordedExecution, Recording } from "../lib/contract/recording/recording.ts";
import { show } from "../lib/contract/recording/show.ts";
import { currentMachines } from "../lib/index.ts";
import { replayed } from "./contract/recording/replayed.ts";
import { definitions } from "./histories/definitions.ts";

const folder = join(import.meta.dirname, "histories");
const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
const executions = files.flatMap((file) => {
  const recording = readRecording(readFileSync(join(folder, file), "utf8"), file);
  return recording.executions.map((execution) => ({ file, recording, execution, of: execution.of }));
});

const ADVICE = `On the current definition, such a run takes another path.
- Not intended? Revert the change.
- Intended? Open runs end on the version on which they began (docs/versions.md), so it is safe to deploy; record the
  runs again with "npm run record", and look at the difference before you commit it.`;

function definitionOf({ workflow }: Recording, { of }: RecordedExecution): unknown {
  const found = definitions.find(({ name }) => name === workflow);
  if (!found) throw new Error(`No workflow is called "${workflow}" any more. Delete its recordings with it.`);
  return currentMachines(found)[of];
}

test("runs of all workflows are recorded", () => {
  const recorded = new Set(executions.map(({ recording }) => recording.workflow));
  expect(definitions.map(({ name }) => name).filter((name) => !recorded.has(name))).toEqual([]);
});

describe("each recorded run takes the same path", () => {
  test.each(executions)("$file: $of, on the definition of today", async ({ file, recording, execution }) => {
    const now = await replayed(execution, definitionOf(recording, execution));
    const comparison = compare(execution, now, "calls");
    if (!comparison.same) expect.fail(`${file} takes ${show(comparison)}\n\n${ADVICE}`);
  });

  test.each(executions)("$file: $of, on its own definition", async ({ execution }) => {
    expect(show(compare(execution, await replayed(execution), "all"))).toMatch(/^the same path/);
  });
});
