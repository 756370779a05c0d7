/**
 * Neighbouring steps of a pool that one message brings to their function: one after another, or at the same
 * time. Each has the claim, the attempts, the timeout and the undo that it would have alone.
 */
export interface StepGroup {
  /** Values of the run for the inputs, by name. A value that is missing in the run has no name here. */
  values: Record<string, unknown>;
  /** In order, at least two: each comes after those that must be done before it begins. */
  steps: GroupedStep[];
  /**
   * The results that the state machine reads afterwards: the position of the step, by field of the answer.
   */
  answer: Record<string, number>;
  /** A list of which each item is a value of the answer. */
  list?: AnsweredList | undefined;
}

/** One value for each item of a list, under one name in the answer. */
interface AnsweredList {
  field: string;
  items: Filled[];
}

/** A value without the parts that a run provides, and where they go. */
export interface Filled {
  input: unknown;
  fills: Fill[];
}

export interface GroupedStep extends Filled {
  step: string;
  /** As in `StepMessage`. */
  path: string;
  /**
   * The positions of the steps that must be done before it begins. Absent if the steps of the group run one
   * after another.
   */
  after?: number[] | undefined;
  reads: string[];
  resultLimit?: number | undefined;
  undo?: string | undefined;
}

/** A part of an input that a run provides. */
export interface Fill {
  /** Its path in the input: names of fields and numbers of items; empty for the whole. */
  at: (string | number)[];
  /** A value of the group by name, or the result of an earlier step by position. */
  from: { value: string } | { result: number };
  /** The field of it, read with JSONata's rules; empty for the whole. */
  select: string[];
}

export interface Positions {
  readonly steps: readonly Pick<GroupedStep, "after">[];
}

/** The positions of the steps that must be done before the one at a position begins. */
export function stepsBefore({ steps }: Positions, position: number): readonly number[] {
  return steps[position]!.after ?? (position === 0 ? [] : [position - 1]);
}

/** Whether steps of a group may run at the same time. */
export function isConcurrent({ steps }: Positions): boolean {
  return steps.some(({ after }) => after !== undefined);
}

/** Whether the first step can be claimed before the group's message is delivered: it begins alone, and is not claimed at its end. */
export function beginsWithClaim(group: Positions, first: { repeatable?: true | undefined }): boolean {
  return !isConcurrent(group) && !first.repeatable;
}

/** Whether the end of a run without an execution is written with that of its last step: it is claimed, or its result can wait. */
export function endsWithRun(group: Positions, last: { repeatable?: true | undefined }): boolean {
  return !last.repeatable || !isConcurrent(group);
}

/** The positions of the steps that come before or after the one at a position, or after or before one of those. */
export function linkedWith(position: number, group: Positions): number[] {
  const linked = new Set([position]);
  const positions = [...group.steps.keys()];
  for (const one of linked)
    for (const other of positions)
      if (stepsBefore(group, one).includes(other) || stepsBefore(group, other).includes(one))
        linked.add(other);
  return [...linked];
}

const SEPARATOR = ":";

/**
 * The error with which one step of a group fails, so that the state machine knows which:
 * "Millrace.Retry:charge".
 */
export function errorOfStep(error: string, node: string): string {
  return `${error}${SEPARATOR}${node}`;
}

/** JSONata for an error's name outside of groups. `error` is JSONata, too. */
export function plainError(error: string): string {
  return `$substringBefore(${error}, '${SEPARATOR}')`;
}

/**
 * The name of a step's node, which is the last part of its path. A step that is all that happens to each item of a
 * list has the list's name.
 */
export function nodeOfStep(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\[\d+\]$/, "");
}
