import { statSync } from "node:fs";

/** What distinguishes the versions of a file without reading it. */
export function versionOf(file: string): string {
  const { mtimeMs, size } = statSync(file);
  return `${mtimeMs} ${size}`;
}
