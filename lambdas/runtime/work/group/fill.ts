import type { Fill, GroupedStep, StepGroup } from "../../../../lib/contract/group.ts";
import { select } from "./select.ts";

/**
 * The input of a step of a group, or the output of a run that is one group, from the results of the steps
 * before it.
 */
export function inputOf(
  { input, fills }: Pick<GroupedStep, "input" | "fills">,
  { values }: Pick<StepGroup, "values">,
  results: readonly unknown[],
): unknown {
  const holder = { input: structuredClone(input) };
  for (const { at, from, select: path } of fills) {
    const source = "result" in from ? results[from.result] : values[from.value];
    place(holder, ["input", ...at], select(source, path));
  }
  return holder.input;
}

/** A missing value is left out of a record, and is null anywhere else. */
function place(holder: object, at: Fill["at"], value: unknown): void {
  const within = at.slice(0, -1).reduce((part: any, step) => part[step], holder);
  const last = at.at(-1)!;
  if (value !== undefined) within[last] = value;
  else if (at.length === 1 || Array.isArray(within)) within[last] = null;
}
