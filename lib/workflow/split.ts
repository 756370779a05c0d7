import { canonicalJson } from "../contract/canonical.ts";
import type { Fill } from "../contract/groups/group.ts";
import type { Expression } from "./expression.ts";
import { type Frame, resolve } from "./frame.ts";
import { template } from "./jsonata.ts";
import type { Json } from "./states.ts";

/** An input with only the definition's own values; the worker fills in those of a run. */
export interface Split {
  readonly input: Json;
  /** `Fill`s, each part of them as `Write` has it. */
  readonly fills: readonly { readonly [part: string]: Json }[];
}

/** How a literal of a definition is written. */
type Write = (value: Literal) => Json;
type Literal = string | number | boolean | null;

/** A value of the run with which inputs are filled. */
export interface RunValue {
  readonly value: Expression;
  /** The value of which it is a field. */
  readonly root: Expression;
  readonly select: readonly string[];
}

/** A value of the run at a position of an input: a field of `root`, or `root` itself. */
interface Hole extends RunValue {
  readonly at: Fill["at"];
}

/**
 * Divides the inputs of a group into literals, values that the state machine computes once for all of them,
 * and results of earlier steps. The values are those of `template`, compiled by the same code: a missing one
 * is left out.
 */
export function splitInputs(
  inputs: readonly Expression[],
  frame: Frame,
): { values: Json; splits: readonly Split[] } {
  // A text that is not JSONata, even if it looks like it.
  const { values, splits } = divideInputs(inputs, frame, (value) =>
    template({ kind: "literal", value }, frame),
  );
  const fields = Object.entries(values).map(([name, { value }]) => [name, value] as const);
  return { values: template({ kind: "record", fields: Object.fromEntries(fields) }, frame), splits };
}

/** The same with the values of the run as expressions, by the names that the fills have for them. */
export function divideInputs(
  inputs: readonly Expression[],
  frame: Frame,
  write: Write,
): { values: Readonly<Record<string, RunValue>>; splits: readonly Split[] } {
  const divided = inputs.map((input) => divide(resolve(input, frame), write));
  const outside = divided.flatMap(({ holes }) => holes).filter(({ root }) => root.kind !== "earlier");
  // A field of a value that travels anyway is read there.
  const travels = outside.filter((hole) => !outside.some((other) => liesWithin(hole, other)));
  const byKey = new Map(travels.map((hole) => [keyOf(hole), hole]));
  const names = new Map([...byKey.keys()].map((key, index) => [key, `v${index}`]));

  const fillOf = (hole: Hole): Split["fills"][number] => {
    const { root } = hole;
    const at = hole.at.map(write);
    const select = hole.select.map(write);
    if (root.kind === "earlier") return { at, from: { result: root.position }, select };
    const source = byKey.has(keyOf(hole)) ? hole : travels.find((other) => liesWithin(hole, other))!;
    return { at, from: { value: names.get(keyOf(source))! }, select: select.slice(source.select.length) };
  };
  const values = [...byKey].map(([key, { value, root, select }]) => [
    names.get(key)!,
    { value, root, select },
  ]);
  return {
    values: Object.fromEntries(values),
    splits: divided.map(({ input, holes }) => ({ input, fills: holes.map(fillOf) })),
  };
}

function divide(resolved: Expression, write: Write): { input: Json; holes: Hole[] } {
  const holes: Hole[] = [];
  const part = (value: Expression, at: Fill["at"]): Json => {
    switch (value.kind) {
      case "literal":
        return write(value.value);
      case "absent":
        return null;
      case "list":
        return value.items.map((item, index) => part(item, [...at, index]));
      case "record": {
        const fields = Object.entries(value.fields).filter(([name, field]) => !hole(field, [...at, name]));
        return Object.fromEntries(fields.map(([name, field]) => [name, part(field, [...at, name])]));
      }
      default:
        hole(value, at);
        return null;
    }
  };
  /** Whether a run provides the value. */
  const hole = (value: Expression, at: Fill["at"]): boolean => {
    if (WRITTEN.has(value.kind)) return false;
    holes.push({ at, value, ...selectionOf(value) });
    return true;
  };
  return { input: part(resolved, []), holes };
}

const WRITTEN = new Set<Expression["kind"]>(["literal", "absent", "list", "record"]);

/** The value of which one is a field. */
function selectionOf(value: Expression): { root: Expression; select: string[] } {
  if (value.kind === "read") return selectionOf(value.of);
  if (value.kind !== "field") return { root: value, select: [] };
  const { root, select } = selectionOf(value.of);
  return { root, select: [...select, value.name] };
}

function keyOf({ root, select }: Hole): string {
  return canonicalJson([root, select]);
}

/** Whether one is a field of the other. */
function liesWithin(hole: Hole, other: Hole): boolean {
  return (
    other.select.length < hole.select.length &&
    keyOf(other) === keyOf({ ...hole, select: hole.select.slice(0, other.select.length) })
  );
}
