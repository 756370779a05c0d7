import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Artifacts } from "../lambdas/runtime/ports/files.ts";
import { isReference } from "../lib/contract/payload.ts";

/** The addresses of files in a run's output, at any depth. An offloaded value is not a file of the run. */
export function filesIn(output: unknown): string[] {
  if (typeof output === "string") return output.startsWith("s3://") ? [output] : [];
  if (output === null || typeof output !== "object" || isReference(output)) return [];
  return [...new Set(Object.values(output).flatMap(filesIn))];
}

/** Copies a file of a run into a folder and answers its path there. */
export async function saveFile(
  uri: string,
  run: string,
  folder: string,
  artifacts: Artifacts,
): Promise<string> {
  const path = join(folder, run, basename(uri));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, await artifacts.get(uri));
  return path;
}
