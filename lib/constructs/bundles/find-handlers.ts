import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { DefinitionError } from "../../contract/definition-error.ts";

const SUFFIX = ".lambda.ts";

/** Name of the user's handler that knows the contracts of awaited events: `waits.lambda.ts`. */
export const WAITS_HANDLER = "waits";

/**
 * The handler files of a folder: path by name, "draw-scene" for "video/draw-scene.lambda.ts". The one for
 * awaited events must be in the folder itself. Throws if the folder does not exist, or if two files have the
 * same name.
 */
export function findHandlers(folder: string): Map<string, string> {
  if (!existsSync(folder)) {
    throw new DefinitionError(
      `The handlers folder ${resolve(folder)} does not exist. Set "handlers" to the folder that contains your *${SUFFIX} files.`,
    );
  }
  const found = new Map<string, string>();
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    if (!file.endsWith(SUFFIX) || file.includes("node_modules")) continue;
    const name = basename(file, SUFFIX);
    // An app has one; a folder below may belong to another app.
    if (name === WAITS_HANDLER && dirname(file) !== ".") continue;
    const twin = found.get(name);
    if (twin)
      throw new DefinitionError(
        `Two handlers have the name "${name}": ${twin} and ${join(folder, file)}. Rename one file and its step.`,
      );
    found.set(name, join(folder, file));
  }
  return found;
}

/** A path for messages. */
export function shown(path: string): string {
  return relative(process.cwd(), path) || ".";
}

/** The message where handler files are missing. */
export function noHandler(handlers: string, names: readonly string[]): string {
  const files = [...new Set(names)].map((name) => `${name}${SUFFIX}`);
  const what =
    files.length === 1 ? `The handler file ${files[0]} is` : `The handler files ${files.join(", ")} are`;
  const remedy = `Create ${files.length === 1 ? "it" : "them"}, or set "handlers" to another folder.`;
  const waits = names.includes(WAITS_HANDLER) ? " What it contains: docs/waiting.md." : "";
  return `${what} missing below the folder "${shown(handlers)}". ${remedy}${waits}`;
}
