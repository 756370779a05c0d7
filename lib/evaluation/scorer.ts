import { DefinitionError } from "../contract/definition-error.ts";
import type { EvaluationCase } from "./case.ts";

/** A case whose run has succeeded, as scorers receive it. */
export interface CaseResult extends EvaluationCase {
  /** Id of the run. */
  run: string;
  output: any;
  /** The result of a step, by its path in the run. Throws if the run has none. */
  step(path: string): Promise<any>;
}

/** From 0 (wrong) to 1 (right), or whether it is right; `why` explains it in the report. */
export type Score = number | boolean | { score: number | boolean; why?: string | undefined };

/** A score as it is recorded. */
export interface Scored {
  score: number;
  why?: string | undefined;
}

/** What a model is asked about a result. */
export interface JudgeQuestion {
  /** What a good result is like, in words. */
  criteria: string;
  input: unknown;
  expected: unknown;
  output: unknown;
  /** Answers in place of the embedded model. */
  byRule?: (() => Scored) | undefined;
}

/** Has a model judge a result. */
export type AskJudge = (question: JudgeQuestion) => Promise<Scored>;

/** Measures one quality of a result. */
export interface Scorer {
  /** Unique within an evaluation. */
  readonly name: string;
  /** Whether it measures this case. A run of such a case that fails has the score 0. */
  applies(one: EvaluationCase): boolean;
  score(result: CaseResult, askJudge: AskJudge): Score | Promise<Score>;
}

/** The recorded form of what a scorer returned. Throws a DefinitionError if it is not from 0 to 1. */
export function scored(score: Score, scorer: string, id: string): Scored {
  const { score: value, why } = typeof score === "object" && score !== null ? score : { score };
  const number = Number(value);
  if (!(["number", "boolean"].includes(typeof value) && number >= 0 && number <= 1))
    throw new DefinitionError(
      `The scorer "${scorer}" returned ${String(value)} for the case "${id}". Return a number from 0 to 1, or a boolean.`,
    );
  return { score: number, ...(why !== undefined && { why }) };
}
