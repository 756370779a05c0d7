import { statSync } from "node:fs";

/** A text that differs between versions of a file, without reading it. */
export function versionOf(file: string): string {
  const { mtimeMs, size } = statSync(file);
  return `${mtimeMs} ${size}`;
}
