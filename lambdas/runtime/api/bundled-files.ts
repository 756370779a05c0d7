import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import type { ConsoleFiles } from "./console-files.ts";

/** The console's files in the folder of the function's code. */
export function bundledFiles(folder: string, artifactSource: string | undefined): ConsoleFiles {
  const root = join(folder, sep);
  return {
    artifactSource,
    etag: (content) => `"${createHash("sha256").update(content).digest("base64url").slice(0, 27)}"`,
    async read(path) {
      const file = join(root, path);
      if (!file.startsWith(root)) return undefined;
      try {
        return new Uint8Array(await readFile(file));
      } catch (error) {
        if (ABSENT.has((error as NodeJS.ErrnoException).code ?? "")) return undefined;
        throw error;
      }
    },
  };
}

/** There is no such file, or it is a folder. */
const ABSENT = new Set(["ENOENT", "EISDIR", "ENOTDIR"]);
