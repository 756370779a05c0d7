import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { parseRecordPath, type RecordedContract } from "../lib/contract/compatibility/record.ts";
import type { JsonSchema } from "../lib/contract/schema.ts";
import { UsageError } from "./explain.ts";

/** The records in a folder; none if the folder does not exist. */
export function readRecords(folder: string): RecordedContract[] {
  return pathsIn(folder).flatMap((path) => {
    const about = parseRecordPath(path);
    return about ? [{ ...about, schema: readSchema(join(folder, path)) }] : [];
  });
}

function readSchema(path: string): JsonSchema {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UsageError(
      `The recorded contract ${path} is not JSON: ${(error as Error).message}. Restore it from your version control.`,
    );
  }
}

/** Writes files into a folder, and removes those of its files that are `ours` and no longer in the list. */
export function replaceFiles(
  folder: string,
  files: readonly { path: string; text: string }[],
  ours: (path: string) => boolean,
): void {
  const written = new Set(files.map(({ path }) => path));
  for (const path of pathsIn(folder)) if (ours(path) && !written.has(path)) rmSync(join(folder, path));
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function pathsIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) =>
      path.replaceAll(sep, "/"),
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
