import type { Fill, Filled, StepGroup } from "../../../../lib/contract/groups/group.ts";
import { select } from "./select.ts";

/**
 * The input of a step of a group, an item of its answer, or the output of a run that is one group, from the
 * results of the steps before it.
 */
export function inputOf(
  { input, fills }: Filled,
  { values }: Pick<StepGroup, "values">,
  results: readonly unknown[],
): unknown {
  const holder = { input: isPlain(input) ? input : structuredClone(input) };
  for (const { at, from, select: path } of fills) {
    const source = "result" in from ? results[from.result] : values[from.value];
    place(holder, ["input", ...at], select(source, path));
  }
  return holder.input;
}

/** What the state machine reads of a group, from the results of all its steps. */
export function answerOf(group: StepGroup, results: readonly unknown[]): Record<string, unknown> {
  const { answer, list } = group;
  const fields = Object.entries(answer).map(([field, position]) => [field, results[position] ?? null]);
  const items = list?.items.map((item) => inputOf(item, group, results));
  return { ...Object.fromEntries(fields), ...(list && { [list.field]: items }) };
}

/** Whether nothing can be placed in a value. */
function isPlain(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}

/** A missing value is left out of a record, and is null anywhere else. */
function place(holder: object, at: Fill["at"], value: unknown): void {
  const within = at.slice(0, -1).reduce((part: any, step) => part[step], holder);
  const last = at.at(-1)!;
  if (value !== undefined) within[last] = value;
  else if (at.length === 1 || Array.isArray(within)) within[last] = null;
}
