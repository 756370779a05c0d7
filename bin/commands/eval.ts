import { writeFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { DefinitionError } from "../../lib/contract/definition-error.ts";
import { type ModelSetting, parseModel } from "../../lib/contract/model.ts";
import { type Comparison, compare } from "../../lib/evaluation/comparison.ts";
import type { Evaluation } from "../../lib/evaluation/evaluation.ts";
import { type Gate, refusals } from "../../lib/evaluation/gate.ts";
import { type EvaluationReport, summaryOf } from "../../lib/evaluation/report.ts";
import { answer } from "../answer.ts";
import { count } from "../count.ts";
import { describeComparison, describeProgress, describeReport } from "../evaluation/describe.ts";
import { evaluate } from "../evaluation/evaluate.ts";
import { loadCases, loadEvaluation, loadReport } from "../evaluation/load.ts";
import { verdictFiles } from "../evaluation/verdict-files.ts";
import { asMarkdown, asText } from "../evaluation/write.ts";
import { UsageError } from "../explain.ts";
import { connectTo } from "../session.ts";
import { paintError } from "../style.ts";

interface EvalOptions {
  cases?: string;
  only?: string;
  experiment?: string;
  concurrency?: number;
  compare?: string;
  against?: string;
  minScore: Gate["lowest"];
  /** False with --no-worse. */
  worse: boolean;
  margin: number;
  judgeModel?: ModelSetting;
  save?: string;
  report?: string;
}

/** Verdicts of judging models, next to the local cloud's data. */
const VERDICTS = ".millrace/verdicts";

/** Named `evaluation`, since `eval` is reserved. */
export function evaluation(): Command {
  return new Command("eval")
    .description("run a workflow on a labelled set, score the results, and compare them with a baseline")
    .argument("<file>", "TypeScript file whose default export is defineEvaluation(…)")
    .option("--cases <file>", "another labelled set (JSONL)")
    .option("--only <label>", "only the cases with this label")
    .option(
      "--experiment <name>",
      "name of the experiment: each case has one run in it (default: derived from the deployed code)",
    )
    .option("--concurrency <number>", "maximum number of cases that run at a time", count)
    .option("--compare <file>", "report of an earlier evaluation to compare with")
    .option("--against <stack>", "evaluate another deployed stack as well, and compare with it")
    .option(
      "--min-score <[scorer=]score>",
      "exit with 1 if the mean of a scorer, or of any, is lower (repeatable)",
      lowest,
      [],
    )
    .option("--no-worse", "exit with 1 if the mean of a scorer is lower than in the baseline")
    .option("--margin <number>", "how much lower it may be", share, 0)
    .option("--judge-model <model>", "model of the judges (default: MILLRACE_JUDGE_MODEL)", model)
    .option("--save <file>", "write the report as JSON, for --compare")
    .option("--report <file>", "write the report as Markdown")
    .addHelpText("after", "\nExample:\n  millrace eval evaluations/sort-tickets.ts --save baseline.json")
    .action(async (file: string, options: EvalOptions, command: Command) => {
      if (options.compare !== undefined && options.against !== undefined)
        throw new UsageError("Use either --compare or --against.");
      if (!options.worse && options.compare === undefined && options.against === undefined)
        throw new UsageError("--no-worse needs a baseline. Add --compare <file> or --against <stack>.");
      const baselineFile = options.compare === undefined ? undefined : loadReport(options.compare);
      const loaded = await loadEvaluation(file);
      const evaluation: Evaluation = { ...loaded, concurrency: options.concurrency ?? loaded.concurrency };
      const cases = chosen(evaluation, file, options);
      const run = async (stack: string): Promise<EvaluationReport> => {
        // It loads the models' library, which no other command needs.
        const { modelJudge } = await import("../evaluation/judge.ts");
        const judge = modelJudge(judgeSetting(options), verdictFiles(VERDICTS));
        return await evaluate(await connectTo(stack), evaluation, cases, {
          stack,
          experiment: options.experiment,
          judge,
          started: (experiment) => note(`${stack}: ${cases.length} cases, experiment ${experiment}`),
          report: (outcome, done) => note(describeProgress(outcome, done, cases.length)),
        });
      };
      const { stack } = command.optsWithGlobals<{ stack: string }>();
      const [report, other] = await Promise.all([
        run(stack),
        options.against === undefined ? undefined : run(options.against),
      ]);
      const baseline = other ?? baselineFile;
      const comparison = baseline && compare(report, baseline);
      publish(command, report, comparison, options);
    });
}

function publish(
  command: Command,
  report: EvaluationReport,
  comparison: Comparison | undefined,
  options: EvalOptions,
): void {
  const summary = summaryOf(report);
  const refused = refusals(summary, comparison, {
    lowest: options.minScore,
    margin: options.worse ? undefined : options.margin,
  });
  const result = { ...report, summary, comparison, refusals: refused };
  const parts = [...describeReport(report, summary), ...(comparison ? describeComparison(comparison) : [])];
  if (options.save !== undefined) writeFileSync(options.save, `${JSON.stringify(report, null, 2)}\n`);
  if (options.report !== undefined) writeFileSync(options.report, asMarkdown(parts));
  answer(command, result, () => asText(parts));
  for (const one of refused) process.stderr.write(`${paintError(one)}\n`);
  if (refused.length > 0) process.exitCode = 1;
}

function chosen(evaluation: Evaluation, file: string, { cases, only }: EvalOptions) {
  const all = loadCases(file, evaluation, cases);
  const some = only === undefined ? all : all.filter(({ labels }) => labels.includes(only));
  if (some.length > 0) return some;
  const labels = [...new Set(all.flatMap((one) => one.labels))].sort().join(", ");
  throw new UsageError(`No case has the label "${only}". The set has ${labels || "no labels"}.`);
}

/** Progress is not part of the result, which may be read by a program. */
function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

function judgeSetting({ judgeModel }: EvalOptions): ModelSetting {
  return judgeModel ?? parseModel(process.env.MILLRACE_JUDGE_MODEL || undefined);
}

function model(text: string): ModelSetting {
  try {
    return parseModel(text);
  } catch (error) {
    if (error instanceof DefinitionError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

function lowest(text: string, earlier: Gate["lowest"]): Gate["lowest"] {
  const at = text.lastIndexOf("=");
  return [...earlier, { ...(at > 0 && { scorer: text.slice(0, at) }), score: share(text.slice(at + 1)) }];
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError("It must be a number from 0 to 1.");
}
