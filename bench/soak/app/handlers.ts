import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { steps, workflows } from "./definitions.ts";

const ROOT = join(import.meta.dirname, "../../..");
const FOLDER = join(ROOT, "node_modules/.cache/millrace-soak/handlers");

/**
 * Writes the handlers that a deployment wants, all alike, and answers their folder. What steps do is not theirs: a simulation
 * gives its own code in their place.
 */
export function writeHandlers(): string {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const { name } of steps)
    write(name, `export const handler = worker(${find("steps", name)}, nothing);`);
  for (const { name } of workflows)
    write(`${name}.intake`, `export const handler = intake(${find("workflows", name)});`);
  write("send-note", "export const handler = reaction(definitions.sendNote, nothing);");
  write("waits", "export const handler = waits(definitions.workflows.flatMap((one) => awaitedEvents(one)));");
  return FOLDER;
}

const find = (list: string, name: string) =>
  `definitions.${list}.find(({ name }) => name === "${name}") as any`;

function write(name: string, text: string): void {
  const from = (path: string) => JSON.stringify(join(ROOT, path));
  writeFileSync(
    join(FOLDER, `${name}.lambda.ts`),
    [
      `import { intake, reaction, waits, worker } from ${from("lambdas/runtime/index.ts")};`,
      `import { awaitedEvents } from ${from("lib/index.ts")};`,
      `import * as definitions from ${from("bench/soak/app/definitions.ts")};`,
      `const nothing = (): any => { throw new Error("The soak gives no code for this."); };`,
      text,
      "",
    ].join("\n"),
  );
}
