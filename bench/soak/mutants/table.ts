import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { ROOT } from "../../harness.ts";
import { DECISIONS } from "./decisions.ts";
import { EQUIVALENT } from "./equivalent.ts";

export const FOLDER = join(ROOT, "node_modules/.cache/millrace-soak/mutants");
export const fileOf = (part: string) => relative(ROOT, join(FOLDER, `${part}.json`));

/** A changed expression, as the report of Stryker has it. */
interface Mutant {
  status:
    | "Killed"
    | "Survived"
    | "NoCoverage"
    | "Timeout"
    | "CompileError"
    | "RuntimeError"
    | "Ignored"
    | "Pending";
  mutatorName: string;
  replacement?: string;
  location: Record<"start" | "end", { line: number; column: number }>;
}

interface Report {
  files: Record<string, { source: string; mutants: Mutant[] }>;
}

/** What the tests found, by part, or by file for a single part; and every mutant that no test found. */
export function tableOf(parts: readonly string[]): string {
  const rows: string[] = [];
  const left: string[] = [];
  const missing: string[] = [];
  const total = counted([], () => false);
  for (const part of parts) {
    const ofPart = counted([], () => false);
    const report: Report = existsSync(fileOf(part))
      ? JSON.parse(readFileSync(fileOf(part), "utf8"))
      : { files: {} };
    for (const file of DECISIONS[part]!) {
      const found = report.files[file];
      if (!found || found.mutants.length === 0) {
        missing.push(file);
        continue;
      }
      const name = file.replace("lambdas/runtime/", "");
      const isEquivalent = (mutant: Mutant) => EQUIVALENT[name]?.[textOf(mutant, found.source)] !== undefined;
      const counts = counted(found.mutants, isEquivalent);
      for (const kind of KINDS) ofPart[kind] += counts[kind];
      if (parts.length === 1) rows.push(`| ${name} | ${cellsOf(counts)} |`);
      for (const mutant of found.mutants.filter((one) => isLeft(one) && !isEquivalent(one)))
        left.push(`${name}:${mutant.location.start.line} ${textOf(mutant, found.source)}`);
    }
    for (const kind of KINDS) total[kind] += ofPart[kind];
    if (parts.length > 1) rows.push(`| ${part} | ${cellsOf(ofPart)} |`);
  }
  return [
    `| ${parts.length > 1 ? "part" : "file"} | killed | timeout | survived | no coverage | equivalent | score |`,
    "|---|---|---|---|---|---|---|",
    ...rows,
    `| all | ${cellsOf(total)} |`,
    ...(left.length > 0 ? ["", "Not found by a test:", ...left] : []),
    ...(missing.length > 0 ? ["", "Not run:", ...missing] : []),
  ].join("\n");
}

const KINDS = ["killed", "timeout", "survived", "uncovered", "equivalent"] as const;
type Counts = Record<(typeof KINDS)[number], number>;

const isLeft = ({ status }: Mutant) => status === "Survived" || status === "NoCoverage";

function counted(mutants: readonly Mutant[], isEquivalent: (mutant: Mutant) => boolean): Counts {
  const of = (status: Mutant["status"]) =>
    mutants.filter((one) => one.status === status && !(isLeft(one) && isEquivalent(one))).length;
  return {
    killed: of("Killed"),
    timeout: of("Timeout"),
    survived: of("Survived"),
    uncovered: of("NoCoverage"),
    equivalent: mutants.filter((one) => isLeft(one) && isEquivalent(one)).length,
  };
}

function cellsOf({ killed, timeout, survived, uncovered, equivalent }: Counts): string {
  const found = killed + timeout;
  const score = (100 * found) / (found + survived + uncovered || 1);
  return [killed, timeout, survived, uncovered, equivalent, `${score.toFixed(1)} %`].join(" | ");
}

/** "round < MOST_ROUNDS → round <= MOST_ROUNDS": does not change with the lines above. */
function textOf({ location: { start, end }, replacement = "" }: Mutant, source: string): string {
  const lines = source.split("\n").slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1)!.slice(0, end.column - 1);
  lines[0] = lines[0]!.slice(start.column - 1);
  const flat = (text: string) => text.replace(/\s+/g, " ");
  return `${flat(lines.join("\n"))} → ${flat(replacement)}`;
}
