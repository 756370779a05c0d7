import { identityOf } from "../../lambdas/runtime/events/identity.ts";
import { describeFindings, validate } from "../../lambdas/runtime/events/validation.ts";
import { canonicalJson, digest } from "../../lib/contract/canonical.ts";
import { runId } from "../../lib/contract/runs/run-id.ts";
import type { EvaluationCase } from "../../lib/evaluation/case.ts";
import type { Evaluation } from "../../lib/evaluation/evaluation.ts";
import { UsageError } from "../explain.ts";

/** A case with the event that starts its run. */
export interface PreparedCase {
  one: EvaluationCase;
  /** Digest of its input and its expected value. */
  digest: string;
  /** Id of the event: the same for the same case of an experiment. */
  event: string;
  data: Record<string, unknown>;
  run: string;
}

/**
 * The events of all cases. Throws a UsageError with every input that breaks the contract of the event, so
 * that nothing is sent before all are valid.
 */
export async function prepareCases(
  evaluation: Evaluation,
  cases: readonly EvaluationCase[],
  experiment: string,
): Promise<PreparedCase[]> {
  const prepared = await Promise.all(cases.map((one) => prepare(evaluation, one, experiment)));
  const invalid = prepared.filter((one) => typeof one === "string");
  const { event, name, workflow } = evaluation;
  if (invalid.length > 0)
    throw new UsageError(
      `${invalid.length} of ${cases.length} inputs break the contract of ${event.name} (version ${event.version}). Nothing was sent.\n${invalid.join("\n")}`,
    );
  const valid = prepared.filter((one) => typeof one !== "string");
  const runs = new Map<string, string>();
  for (const { run, one } of valid) {
    const other = runs.get(run);
    if (other !== undefined)
      throw new UsageError(
        `The cases "${other}" and "${one.id}" of evaluation "${name}" would be one run of "${workflow.name}", since ${event.name} has the same identity in both. Use the second argument of "key" for the fields that the identity reads.`,
      );
    runs.set(run, one.id);
  }
  return valid;
}

async function prepare(
  { name, workflow, event: contract, key }: Evaluation,
  one: EvaluationCase,
  experiment: string,
): Promise<PreparedCase | string> {
  const content = digest(canonicalJson([one.input, one.expected ?? null]), 12);
  const event = `eval-${name}-${digest(canonicalJson([experiment, one.id, one.input]), 16)}`;
  const data = (key ? key(structuredClone(one.input), event) : one.input) as Record<string, unknown>;
  const checked = await validate(contract.schema, data);
  if (!checked.valid) return `  case "${one.id}": ${describeFindings(checked.findings)}`;
  const run = runId(workflow.name, contract.name, identityOf(event, checked.value as object, contract));
  return { one, digest: content, event, data, run };
}
