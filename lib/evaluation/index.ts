/** The imports of evaluations: how the quality of a workflow is measured. */
export type { EvaluationCase } from "./case.ts";
export { type AskedQuestion, defineEvaluation, type Evaluation } from "./evaluation.ts";
export type { CaseOutcome, EvaluationReport } from "./report.ts";
export type { CaseResult, Score, Scored, Scorer } from "./scorer.ts";
export {
  type Compared,
  exactMatch,
  type JudgeOptions,
  jsonSubset,
  judge,
  scorer,
  withinTolerance,
} from "./scorers.ts";
