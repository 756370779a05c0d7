import { existsSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { casesIn, type EvaluationCase } from "../../lib/evaluation/case.ts";
import type { Evaluation } from "../../lib/evaluation/evaluation.ts";
import type { EvaluationReport } from "../../lib/evaluation/report.ts";
import { UsageError, unreadable } from "../explain.ts";

/** The default export of an evaluation's file. */
export async function loadEvaluation(path: string): Promise<Evaluation> {
  const file = resolve(path);
  if (!existsSync(file))
    throw new UsageError(
      `There is no file ${path}. Give the TypeScript file whose default export is defineEvaluation(…).`,
    );
  const loaded: { default?: Evaluation } = await import(pathToFileURL(file).href).catch((error: Error) => {
    throw new UsageError(`${path} cannot be loaded: ${error.message}`);
  });
  const evaluation = loaded.default;
  if (evaluation?.workflow && Array.isArray(evaluation.scorers)) return evaluation;
  throw new UsageError(
    `${path} has no evaluation as its default export. Write: export default defineEvaluation(…).`,
  );
}

/** The cases of an evaluation: of its own set, or of another file. */
export function loadCases(
  evaluationFile: string,
  { cases }: Pick<Evaluation, "cases">,
  other: string | undefined,
): EvaluationCase[] {
  const file = other === undefined ? resolve(dirname(resolve(evaluationFile)), cases) : resolve(other);
  const name = relative(process.cwd(), file);
  return casesIn(read(file, `The labelled set ${name}`), name);
}

/** A report that `--save` wrote. */
export function loadReport(path: string): EvaluationReport {
  const text = read(path, `The baseline ${path}`);
  try {
    const report = JSON.parse(text) as EvaluationReport;
    if (Array.isArray(report.cases) && typeof report.experiment === "string") return report;
  } catch {
    // Not JSON: the same message.
  }
  throw new UsageError(`The baseline ${path} is not the report of an evaluation. Write one with --save.`);
}

function read(file: string, what: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(unreadable(what, error));
  }
}
