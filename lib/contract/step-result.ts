import type { OutputOf, Schema } from "./schema.ts";
import type { StepSpec } from "./step.ts";

/** The part of a run, as `GET /api/runs/{run}` shows it, that has the results of its steps. */
export interface StepsOfRun {
  readonly run: string;
  readonly steps: readonly {
    readonly path: string;
    readonly step: string;
    readonly direction: string;
    readonly state: string;
    readonly result?: unknown;
  }[];
}

/**
 * The result of a step in a run, checked against the step's contract: a typed query of a live run. `path` is
 * the step's place where that is not its name: "revise[2]/write". Undefined if the step is not done there.
 * Throws a TypeError if the result does not match the contract, or was too large to be shown.
 */
export async function stepResult<Output extends Schema>(
  { run, steps }: StepsOfRun,
  { name, output }: Pick<StepSpec, "name"> & { readonly output: Output },
  path: string = name,
): Promise<OutputOf<Output> | undefined> {
  const found = steps.find((step) => step.path === path && step.direction === "do" && step.step === name);
  if (found?.state !== "done") return undefined;
  const checked = await output["~standard"].validate(found.result ?? null);
  if (!checked.issues) return checked.value as OutputOf<Output>;
  const [issue] = checked.issues;
  throw new TypeError(
    `The result of ${path} in run ${run} does not match the contract of step "${name}": ${issue!.message}. It may be of another version of the step, or have more than 64 KB.`,
  );
}
