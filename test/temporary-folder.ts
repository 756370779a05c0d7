import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Names the temporary folder of the run, for what test files share. */
export const RUN_FOLDER = "MILLRACE_TESTS_FOLDER";

/** Gives each run of the tests a temporary folder of its own, and removes it afterwards. */
export default function setUp(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "millrace-tests-"));
  // Some tests start the local cloud as a user who may do less.
  chmodSync(folder, 0o755);
  process.env[RUN_FOLDER] = folder;
  useTemporaryFolder(folder);
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Where Node looks for the temporary folder, by operating system. */
export function useTemporaryFolder(folder: string): void {
  for (const name of ["TMPDIR", "TEMP"]) process.env[name] = folder;
}
