import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Part } from "../../../console/mock/recording.ts";
import { sharedAssembly } from "../../assemblies.ts";
import useTemporaryFolder from "../../setup/temporary-folder.ts";
import { record } from "./recording.ts";
import { recordedApp } from "./synthesize.ts";

/** `npm run record:console`: records console/recorded again, after a change that is meant to change the answers of the API. */
const FOLDER = join(import.meta.dirname, "../../../console/recorded");

/** JSON with a line for each answer, so that a difference shows which have changed. */
function textOf({ changed, ...part }: Part): string {
  const lines = Object.entries(changed).map(
    ([name, answer]) => `${JSON.stringify(name)}: ${JSON.stringify(answer)}`,
  );
  const fields = Object.entries(part).map(([name, value]) => `"${name}": ${JSON.stringify(value)}`);
  return `{\n${fields.join(",\n")},\n"changed": {\n${lines.join(",\n")}\n}}\n`;
}

const removeTemporaryFolder = useTemporaryFolder();
try {
  const parts = await record(sharedAssembly("recorded", recordedApp));
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER);
  for (const [at, part] of parts.entries()) {
    const file = `${String(at).padStart(2, "0")}-${part.name.replaceAll(" ", "-")}.json`;
    writeFileSync(join(FOLDER, file), textOf(part));
  }
} finally {
  removeTemporaryFolder();
}
