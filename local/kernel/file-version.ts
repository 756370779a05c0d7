import { statSync } from "node:fs";

/** A text that differs between versions of a file, or of an absent one, without reading it. */
export function versionOf(file: string): string {
  const status = statSync(file, { throwIfNoEntry: false });
  return status ? `${status.mtimeMs} ${status.size} ${status.ino}` : "absent";
}
