import { existsSync, writeSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** A frame of a stack: "    at run (file:///app/workflows/greet-guest.ts:12:31)". */
const FRAME = /^\s+at (?:.*\()?((?:file:\/\/)?[^\s()]+):(\d+):(\d+)\)?$/;
/** Millrace's own code: the code that called it has the mistake. */
const OWN = join(import.meta.dirname, "..") + sep;
const MISTAKES = new Set(["DefinitionError", "LimitsExceeded"]);

/**
 * Ends an app whose definitions cannot be used with one line: where, what is wrong and what to do. Without it Node prints a
 * stack. Any other error is printed by Node, and an app that handles uncaught errors itself also handles these.
 */
export function reportMistakes(): void {
  process.on("uncaughtExceptionMonitor", (error) => {
    const text = describeMistake(error);
    if (text === undefined || process.listenerCount("uncaughtException") > 0) return;
    writeSync(process.stderr.fd, `${text}\n`);
    process.exit(1);
  });
}

/** "workflows/greet-guest.ts:12:31: <what is wrong>"; undefined for an error that is no mistake in a definition. */
function describeMistake(error: Error): string | undefined {
  const { name, message, place, errors } = error as Error & { place?: string; errors?: BundlingError[] };
  const located = errors?.filter((each) => each?.location) ?? [];
  if (located.length > 0) {
    return located
      .map(({ text, location: { file, line, column } }) => `${file}:${line}:${column + 1}: ${text}`)
      .join("\n");
  }
  if (!MISTAKES.has(name)) return undefined;
  const text = [place ?? placeIn(error.stack ?? ""), message].filter((part) => part !== undefined).join(": ");
  return text.replaceAll(process.cwd() + sep, "");
}

/** What esbuild says of a handler that it cannot bundle. The first column is 0. */
interface BundlingError {
  text: string;
  location: { file: string; line: number; column: number };
}

/** The innermost place in the app's own code, with its path. */
function placeIn(stack: string): string | undefined {
  for (const text of stack.split("\n")) {
    const [, path, line, column] = FRAME.exec(text) ?? [];
    if (path === undefined) continue;
    const file = path.startsWith("file:") ? fileURLToPath(path) : path;
    const isOwn = file.startsWith(OWN) || file.includes(`${sep}node_modules${sep}`) || !existsSync(file);
    if (!isOwn) return `${file}:${line}:${column}`;
  }
  return undefined;
}
