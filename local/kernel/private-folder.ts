import { chmodSync, lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "./errors.ts";

/**
 * A folder in the machine's temporary folder, for code that is run from there: no other user of this machine
 * can read it, write to it or have prepared it. Throws UserError if another user has.
 */
export function privateFolder(name: string, below = tmpdir()): string {
  const own = process.getuid?.();
  const path = join(below, own === undefined ? name : `${name}-${own}`);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  // Windows gives each user a temporary folder of his own.
  if (own === undefined) return path;
  const status = lstatSync(path);
  if (!status.isDirectory() || status.uid !== own) {
    throw new UserError(
      `${path} is not a folder of yours: another user of this machine may have put code there. Remove it, or name another temporary folder with TMPDIR.`,
    );
  }
  if ((status.mode & 0o077) !== 0) chmodSync(path, 0o700);
  return path;
}
