import { statSync } from "node:fs";

/** What tells the versions of a file apart without reading it. */
export function versionOf(file: string): string {
  const { mtimeMs, size } = statSync(file);
  return `${mtimeMs} ${size}`;
}
