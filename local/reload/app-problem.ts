import { existsSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { codeFrame } from "./code-frame.ts";
import { ReloadProblem } from "./problem.ts";

/** A position in Node.js's output of an error: a frame, or the first line of a SyntaxError. */
const PLACE =
  /(?:\(|at |^)((?:file:\/\/)?[^\s():]*[^\s():]|(?:file:\/\/\/)?[A-Za-z]:[^\s():]+):(\d+)(?::(\d+))?\)?$/;
const MESSAGE = /^(?:Uncaught )?(?:\[?[A-Z]\w*(?:Error|Exception|Failure)(?: \[\w+\])?): (.+)$/s;
/** Millrace's own code: its caller is the cause. */
const OWN = join(import.meta.dirname, "../../lib") + sep;

/** The output of a failed CDK app, as a problem with its position in the project's code. */
export function appProblem(printed: string, app: string): ReloadProblem {
  const lines = linesOf(printed);
  const mistake = placedMistake(lines);
  if (mistake) return mistake;
  const message = messageIn(lines) ?? `The CDK app "${app}" failed; its output is above.`;
  for (const [index, line] of lines.entries()) {
    const [, path, row, column] = PLACE.exec(line.trimEnd()) ?? [];
    if (path === undefined) continue;
    const file = path.startsWith("file:") ? fileURLToPath(path) : path;
    if (file.includes("node_modules") || file.startsWith(OWN) || !existsSync(file)) continue;
    const at = { file, line: Number(row), column: Number(column ?? markedColumn(lines.slice(index + 1))) };
    return new ReloadProblem(message, { ...at, code: codeFrame(file, at.line, at.column) });
  }
  return new ReloadProblem(message);
}

/** The column that Node.js marks in the lines of code below a place that has none. */
function markedColumn(below: string[]): number {
  const end = below.findIndex((line) => line.trim() === "");
  const mark = below.slice(0, end < 0 ? undefined : end).find((line) => /^\s*\^+\s*$/.test(line));
  return (mark?.indexOf("^") ?? 0) + 1;
}

/**
 * A mistake in a definition, or in a handler that cannot be bundled; undefined where the app failed for another reason, whose stack is
 * of use.
 */
export function definitionMistake(printed: string, app: string): ReloadProblem | undefined {
  const problem = appProblem(printed, app);
  const text = linesOf(printed).join("\n");
  // Definitions that are loaded before Millrace's constructs end with a stack.
  const isMistake = !/^\s+at /m.test(text) || /^DefinitionError: /m.test(text);
  return problem.place && isMistake ? problem : undefined;
}

/** "workflows/greet-guest.ts:12:31: <what is wrong>" */
const MISTAKE = /^(\S.*?):(\d+):(\d+): (.+)$/;

/** A mistake that Millrace prints with its place. */
function placedMistake(lines: string[]): ReloadProblem | undefined {
  for (const [at, line] of lines.entries()) {
    const [, path, row, column, message] = MISTAKE.exec(line) ?? [];
    if (path === undefined || !existsSync(path)) continue;
    const place = { file: resolve(path), line: Number(row), column: Number(column) };
    const code = codeFrame(place.file, place.line, place.column);
    return new ReloadProblem([message, ...lines.slice(at + 1)].join("\n"), { ...place, code });
  }
  return undefined;
}

const linesOf = (printed: string) => stripVTControlCharacters(printed).trimEnd().split(/\r?\n/);

/** The error's message, up to its stack. */
function messageIn(lines: string[]): string | undefined {
  const first = lines.findIndex((line) => MESSAGE.test(line));
  if (first < 0) return undefined;
  const rest = lines.slice(first);
  const end = rest.findIndex((line) => /^\s+at /.test(line) || line.trim() === "");
  const [, text] = MESSAGE.exec(rest.slice(0, end < 0 ? undefined : end).join("\n")) ?? [];
  return text?.trim();
}
