import { type Field, type Fields, type Membership, mergeMemberships } from "./fields.ts";
import type { Alternative } from "./parse.ts";

/**
 * Whether each condition finds a matching field, and those fields can belong together: in an array of
 * objects, they must come from one element. A field is absent if no field of its path belongs to the ones
 * found so far.
 */
export function satisfies(alternative: Alternative, fields: Fields): boolean {
  const steps: Step[] = [];
  let nested = false;
  for (const { path, tests, absent } of alternative) {
    const all = fields.get(path) ?? [];
    const passing = all.filter((field) => tests.some((test) => test.passes(field.value)));
    if (passing.length === 0 && !absent) return false;
    nested ||= all.some((field) => field.membership.length > 0);
    steps.push({ all, passing, absent });
  }
  if (!nested) return steps.every(({ all, passing }) => passing.length > 0 || all.length === 0);
  return search(steps);
}

interface Step {
  /** The fields at the condition's path, and those of them that pass its tests. */
  all: Field[];
  passing: Field[];
  absent: boolean;
}

/**
 * Searches for one choice of fields that belong together. A failed choice is not tried again: only the arrays
 * that a later condition can refer to matter, so unrelated arrays do not multiply.
 */
function search(steps: Step[]): boolean {
  const ahead: Set<number>[] = [];
  steps.reduceRight((arrays, step, at) => {
    const here = new Set(arrays);
    for (const { membership } of step.all)
      for (let i = 0; i < membership.length; i += 2) here.add(membership[i]!);
    ahead[at] = here;
    return here;
  }, new Set<number>());

  const failed = new Set<string>();
  const from = (at: number, chosen: Membership): boolean => {
    const step = steps[at];
    if (!step) return true;
    const relevant: string[] = [];
    for (let i = 0; i < chosen.length; i += 2) {
      if (ahead[at]!.has(chosen[i]!)) relevant.push(`${chosen[i]}.${chosen[i + 1]}`);
    }
    const situation = `${at}:${relevant.sort().join()}`;
    if (failed.has(situation)) return false;
    const matched =
      step.passing.some((field) => {
        const merged = mergeMemberships(chosen, field.membership);
        return merged !== undefined && from(at + 1, merged);
      }) ||
      (step.absent &&
        step.all.every((field) => mergeMemberships(chosen, field.membership) === undefined) &&
        from(at + 1, chosen));
    if (!matched) failed.add(situation);
    return matched;
  };
  return from(0, []);
}
