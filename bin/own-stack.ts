import { readFileSync, statSync } from "node:fs";
import { relative, sep } from "node:path";
import { frameOf, isOwnSource } from "../lambdas/runtime/work/throw-site.ts";

/** "    at find (file:///app/workflows/find.lambda.ts:5:45)", with source maps. */
const FRAME = /^\s+at (?:async )?(?:.*\()?(?:file:\/\/)?((?:\/|[A-Za-z]:[\\/])[^()]+?):(\d+):(\d+)\)?$/;
const ANY_FRAME = /^\s+at /;

/**
 * A logged stack as people read it: the frames of their own code, by their paths in the project, and the code at
 * the first. The names of functions in bundles are short and say nothing. Without a frame of their own, the whole stack.
 * `at` is when it was logged: the code of a file that was written later may be another.
 */
export function ownStack(stack: string, at: number, folder = process.cwd()): string[] {
  const lines = stack.split("\n");
  const frames = lines.flatMap((text) => {
    const [, path, line, column] = FRAME.exec(text) ?? [];
    return path !== undefined && isOwnSource(path) && !path.endsWith("/index.mjs")
      ? [{ path, line: Number(line), column: Number(column) }]
      : [];
  });
  const [first] = frames;
  if (first === undefined) return lines;
  const message = lines.slice(
    0,
    lines.findIndex((text) => ANY_FRAME.test(text)),
  );
  const places = frames.map(({ path, line, column }) => `    at ${shown(path, folder)}:${line}:${column}`);
  return [...message, ...places, ...codeAt(first, at)];
}

function codeAt(
  { path, line, column }: { path: string; line: number; column: number },
  at: number,
): string[] {
  const file = statSync(path, { throwIfNoEntry: false });
  const code = file && frameOf(readFileSync(path, "utf8"), line, column);
  if (!code) return [];
  const isLater = file.mtimeMs > at;
  return [
    "",
    ...(isLater ? ["The file was changed since then. Its code is now:"] : []),
    ...code.split("\n"),
    "",
  ];
}

function shown(path: string, folder: string): string {
  return path.startsWith(`${folder}${sep}`) ? relative(folder, path) : path;
}
