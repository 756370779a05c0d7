import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

/** The text of a file, by its path from the root. */
export const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** Paths of the files in git that match a pattern: "*.md", "lib". */
export function filesOf(...patterns: string[]): string[] {
  const listed = execFileSync("git", ["ls-files", "--", ...patterns], { cwd: ROOT, encoding: "utf8" });
  return listed.split("\n").filter(Boolean);
}
