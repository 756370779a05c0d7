import { accessSync, chmodSync, constants, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { freemem, tmpdir } from "node:os";
import { join } from "node:path";

/** Names the temporary folder of the run, for what test files share. */
export const RUN_FOLDER = "MILLRACE_TESTS_FOLDER";

/** The file system of Linux that is in memory. */
const IN_MEMORY = "/dev/shm";
/** Bytes: several times what a run has there at most. */
const ROOM = 2_000_000_000;

/** Gives each run of the tests a temporary folder of its own, and removes it afterwards. */
export default function setUp(): () => void {
  const folder = inMemory() ?? mkdtempSync(join(tmpdir(), "millrace-tests-"));
  // Some tests start the local cloud as a user who may do less.
  chmodSync(folder, 0o755);
  process.env[RUN_FOLDER] = folder;
  useTemporaryFolder(folder);
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * A folder in memory: tests write and remove tens of thousands of small files, for which a disk takes longer than the tests.
 * Undefined where there is little memory, where commands cannot run from it, or where the caller has named a folder.
 */
function inMemory(): string | undefined {
  if (process.env.TMPDIR || freemem() < 2 * ROOM) return undefined;
  let folder: string | undefined;
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    if (bavail * bsize < ROOM) return undefined;
    folder = mkdtempSync(join(IN_MEMORY, "millrace-tests-"));
    const command = join(folder, "command");
    writeFileSync(command, "", { mode: 0o755 });
    accessSync(command, constants.X_OK);
    rmSync(command);
    return folder;
  } catch {
    if (folder) rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
}

/** Where Node looks for the temporary folder, by operating system. */
export function useTemporaryFolder(folder: string): void {
  for (const name of ["TMPDIR", "TEMP"]) process.env[name] = folder;
}
