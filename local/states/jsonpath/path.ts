/**
 * A JSONPath as data. The dialect is Jayway's, which the service uses: it decides what a path may say, when a
 * path gives one value and when a list, and what is said when nothing is there.
 */
export interface Path {
  text: string;
  root: Root;
  steps: Step[];
}

/** `$` the input, `$$` the context object, `$name` a variable, `@` the item that a filter looks at. */
export type Root =
  | { kind: "input" }
  | { kind: "context" }
  | { kind: "item" }
  | { kind: "variable"; name: string };

export type Step = Selector | { kind: "descend"; selector: Selector } | { kind: "function"; name: string };

export type Selector =
  /** Several names give one object that holds those of them that are there. */
  | { kind: "names"; names: string[] }
  | { kind: "indexes"; indexes: number[] }
  | { kind: "slice"; from?: number; to?: number }
  | { kind: "wildcard" }
  | { kind: "filter"; condition: Condition };

/** The condition of a filter, `[?( … )]`. */
export type Condition =
  | { kind: "or" | "and"; conditions: Condition[] }
  | { kind: "not"; condition: Condition }
  | { kind: "exists"; path: Path }
  | { kind: "compare"; left: Operand; operator: string; right: Operand };

export type Operand = { kind: "path"; path: Path } | { kind: "value"; value: unknown };

/** A text that is no path, with what is wrong and where. */
export class PathSyntaxError extends Error {}

/** A step that selects at most one node of each node. */
export function isDefinite(step: Step): boolean {
  return (
    step.kind === "names" ||
    step.kind === "function" ||
    (step.kind === "indexes" && step.indexes.length === 1)
  );
}

/** A path of single names and indexes: it names one place, which a value can be written to. */
export function isReferencePath(path: Path): boolean {
  return path.steps.every(
    (step) =>
      (step.kind === "names" && step.names.length === 1) ||
      (step.kind === "indexes" && step.indexes.length === 1),
  );
}
