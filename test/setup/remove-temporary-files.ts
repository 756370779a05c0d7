import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll } from "vitest";
import { RUN_FOLDER, useTemporaryFolder } from "./temporary-folder.ts";

/** Where the local cloud keeps the compiled code of functions: it serves the next test files too. */
const KEPT = /^millrace-compiled/;

/**
 * Each worker has a temporary folder of its own, which is emptied after each test file: an app that is synthesized
 * there has many megabytes, and a machine for tests may have a small disk.
 */
const run = process.env[RUN_FOLDER];
if (run) {
  const folder = join(run, `worker-${process.env.VITEST_POOL_ID}`);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  useTemporaryFolder(folder);
  afterAll(() => {
    for (const name of readdirSync(folder).filter((name) => !KEPT.test(name))) remove(join(folder, name));
  });
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // A process that is about to end still writes there. The end of the run removes it.
  }
}
