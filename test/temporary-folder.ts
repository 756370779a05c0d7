import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Gives each run of the tests a temporary folder of its own, and removes it afterwards: every app that is synthesized there has many megabytes. */
export default function setUp(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "millrace-tests-"));
  // Some tests start the local cloud as a user who may do less.
  chmodSync(folder, 0o755);
  // Where Node looks for it, by operating system.
  for (const name of ["TMPDIR", "TEMP"]) process.env[name] = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
