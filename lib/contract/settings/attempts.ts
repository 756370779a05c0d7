import type { StepSpec } from "../step.ts";
import { mostAttempts } from "../work.ts";
import { whole } from "./range.ts";
import type { Setting } from "./setting.ts";

/** The settings of a workflow's steps: their attempts, without the limits that it sets. */
export function stepSettings(steps: readonly StepSpec[]): Setting[] {
  return steps.map(({ name, retry }) => ({
    ...attemptsSetting(retry),
    name: attemptsOf(name),
    affects: "new runs",
    about: `Attempts of the step ${name} in total`,
  }));
}

/** The name of the setting for a step's attempts, in the settings of its workflow. */
export function attemptsOf(step: string): string {
  return `steps.${step}.retry.attempts`;
}

/** The setting of a retry policy's attempts. What is compiled and deployed allows no more attempts than the policy's `most`. */
export function attemptsSetting(retry: StepSpec["retry"]): Pick<Setting, "default" | "range"> {
  return { default: retry.attempts, range: whole(1, mostAttempts(retry)) };
}
