import { relative } from "node:path";
import type { FailureRecord } from "../../../lib/contract/failure.ts";

/** Where an error was thrown, in the project's own code. */
export type ThrowSite = Pick<FailureRecord, "location" | "stack" | "code">;

/** Finds where an error was thrown. */
export type FindThrowSite = (error: Error) => ThrowSite;

/** A frame of a stack with source maps: "    at find (file:///app/workflows/find.lambda.ts:5:45)". */
const FRAME = /^\s+at (?:async )?(?:.*\()?(?:file:\/\/)?((?:\/|[A-Za-z]:[\\/]).+?):(\d+):(\d+)\)?$/;
/** Frames that only lead to the failure: packages, and what called the handler. */
const NOT_OWN = /(?:^|\/)node_modules\/|(?:^|\/)lambdas\/runtime\//;

/** Whether a source is the project's own code. */
export const isOwnSource = (path: string): boolean => path.includes("/") && !NOT_OWN.test(path);

const LONGEST_STACK = 10;
const LONGEST_LINE = 160;
/** Lines of code that are shown before and after. */
const AROUND = 2;

/**
 * Where an error was thrown. `root` is the folder of the bundle; the source names in its source map are
 * relative to it: "../../workflows/…". `read` answers the text of a source, if it is available.
 */
export function throwSite(error: Error, root: string, read: (path: string) => string | undefined): ThrowSite {
  const own = framesOf(error).flatMap(({ path, line, column }) => {
    const source = relative(root, path).replaceAll("\\", "/");
    // Without a source map, all frames are in the bundle.
    if (!source.startsWith("../") || !isOwnSource(source)) return [];
    return [{ path, line, column, location: `${source.replace(/^(?:\.\.\/)+/, "")}:${line}:${column}` }];
  });
  const [first] = own;
  const causes = causesOf(error);
  const stack = [...own.slice(0, LONGEST_STACK).map(({ location }) => `at ${location}`), ...causes];
  const text = first && read(first.path);
  return {
    ...(first && { location: first.location }),
    ...(stack.length > 0 && { stack: stack.join("\n") }),
    ...(text && { code: frameOf(text, first.line, first.column) }),
  };
}

function framesOf({ stack = "" }: Error): { path: string; line: number; column: number }[] {
  return stack.split("\n").flatMap((text) => {
    const [, path, line, column] = FRAME.exec(text) ?? [];
    return path === undefined ? [] : [{ path, line: Number(line), column: Number(column) }];
  });
}

/** Causes of the error: "fetch failed" says little without "connect ECONNREFUSED". */
function causesOf({ cause }: Error, depth = 0): string[] {
  if (!(cause instanceof Error) || depth === LONGEST_STACK) return [];
  const { name, message } = cause;
  const text = message || String((cause as NodeJS.ErrnoException).code ?? "");
  return [`caused by ${name}: ${text}`.slice(0, LONGEST_LINE), ...causesOf(cause, depth + 1)];
}

/** The code around a position, with the line marked and a pointer to the column. */
export function frameOf(text: string, line: number, column: number): string | undefined {
  const lines = text.split("\n");
  if (line > lines.length) return undefined;
  const from = Math.max(1, line - AROUND);
  const shown = lines.slice(from - 1, line + AROUND);
  const width = String(from + shown.length - 1).length;
  return shown
    .flatMap((code, index) => {
      const number = from + index;
      const cut = code.trimEnd().slice(0, LONGEST_LINE);
      const mark = number === line ? ">" : " ";
      const row = `${mark} ${String(number).padStart(width)} | ${cut}`.trimEnd();
      if (number !== line || column > LONGEST_LINE) return [row];
      // Tabs are preserved, so that the pointer is below its column.
      const before = code.slice(0, column - 1).replace(/[^\t]/g, " ");
      return [row, `  ${" ".repeat(width)} | ${before}^`];
    })
    .join("\n");
}
