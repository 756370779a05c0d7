import { validation } from "../errors.ts";
import type { Expression } from "./parse.ts";

/** Values by the beginning of their period, milliseconds since the epoch. */
export type Series = ReadonlyMap<number, number>;

/** The result of an expression. A comparison is 1 if it holds, else 0. */
type Value = number | Series | Value[] | { word: string };

export interface EvaluationContext {
  /** The beginnings of all evaluated periods, in order. */
  times: readonly number[];
  /** The series of an id. */
  seriesOf(id: string): Series;
}

const OPERATORS: Record<string, (a: number, b: number) => number> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => a ** b,
  "==": (a, b) => Number(a === b),
  "!=": (a, b) => Number(a !== b),
  "<": (a, b) => Number(a < b),
  ">": (a, b) => Number(a > b),
  "<=": (a, b) => Number(a <= b),
  ">=": (a, b) => Number(a >= b),
  "&&": (a, b) => Number(a !== 0 && b !== 0),
  "||": (a, b) => Number(a !== 0 || b !== 0),
};

const ONE_BY_ONE: Record<string, (value: number) => number> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
};

const TOGETHER: Record<string, (values: number[]) => number> = {
  SUM: (values) => values.reduce((a, b) => a + b, 0),
  AVG: (values) => values.reduce((a, b) => a + b, 0) / values.length,
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
};

/**
 * The series of an expression; a number becomes a series. Throws ValidationError for unsupported expressions.
 */
export function evaluate(expression: Expression, context: EvaluationContext): Series {
  return asSeries(compute(expression, context), context);
}

function compute(expression: Expression, context: EvaluationContext): Value {
  const of = (part: Expression) => compute(part, context);
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "word":
      return { word: expression.text };
    case "id":
      return context.seriesOf(expression.id);
    case "list":
      return expression.items.map(of);
    case "negative":
      return pointwise([-1, of(expression.of)], (a, b) => a! * b!);
    case "operation": {
      const operate = OPERATORS[expression.operator]!;
      return pointwise([of(expression.left), of(expression.right)], (a, b) => operate(a!, b!));
    }
    case "call":
      return call(expression.name, expression.given.map(of), context);
  }
}

function call(name: string, given: Value[], context: EvaluationContext): Value {
  const [first, second] = given;
  const wants = (count: number) => {
    if (given.length !== count)
      throw validation(`${name} takes ${count} arguments; ${given.length} are given.`);
  };
  if (name === "IF") {
    if (given.length !== 2) wants(3);
    // If the condition does not hold and there is no alternative, there is no value.
    return pointwise(given, (condition, then, otherwise) => (condition === 0 ? otherwise : then));
  }
  if (name === "FILL") {
    wants(2);
    return filled(asSeries(first!, context), second!, context.times);
  }
  if (Object.hasOwn(ONE_BY_ONE, name)) {
    wants(1);
    return pointwise([first!], (value) => ONE_BY_ONE[name]!(value!));
  }
  if (Object.hasOwn(TOGETHER, name)) {
    wants(1);
    return together(first!, TOGETHER[name]!, context);
  }
  throw validation(`The local cloud does not serve the function ${name} of metric math.`);
}

/** Of a list of series, the aggregate of each period over those with a value; of one series, one number. */
function together(value: Value, reduce: (values: number[]) => number, context: EvaluationContext): Value {
  if (value instanceof Map) return value.size > 0 ? reduce([...value.values()]) : new Map();
  if (!Array.isArray(value))
    throw validation("A series, or a list of them, is needed to take values together.");
  const all = value.map((item) => asSeries(item, context));
  return seriesOf(context.times, (time) => {
    const values = all.flatMap((series) => series.get(time) ?? []);
    return values.length > 0 ? reduce(values) : undefined;
  });
}

function filled(series: Series, filling: Value, times: readonly number[]): Series {
  if (typeof filling !== "number" && !(isWord(filling) && filling.word === "REPEAT"))
    throw validation("The local cloud fills with a number or REPEAT.");
  let last: number | undefined;
  return seriesOf(times, (time) => {
    last = series.get(time) ?? (typeof filling === "number" ? filling : last);
    return last;
  });
}

/** Applies a function to the values of each period that exist in all series among the operands. */
function pointwise(
  operands: Value[],
  apply: (...values: (number | undefined)[]) => number | undefined,
): Value {
  for (const operand of operands) {
    if (Array.isArray(operand) || isWord(operand))
      throw validation("An operand is neither a number nor a series.");
  }
  const series = operands.filter((operand): operand is Series => operand instanceof Map);
  const at = (operand: Value, time: number) =>
    operand instanceof Map ? operand.get(time) : (operand as number);
  if (series.length === 0) return apply(...(operands as number[])) ?? new Map();
  const times = [...series[0]!.keys()].filter((time) => series.every((one) => one.has(time)));
  return seriesOf(times, (time) => apply(...operands.map((operand) => at(operand, time))));
}

function seriesOf(times: readonly number[], valueAt: (time: number) => number | undefined): Series {
  const entries = times.map((time) => [time, valueAt(time)] as const);
  // A division by zero has no value.
  return new Map(entries.filter((entry): entry is [number, number] => Number.isFinite(entry[1])));
}

function asSeries(value: Value, { times }: EvaluationContext): Series {
  if (value instanceof Map) return value;
  if (typeof value === "number") return seriesOf(times, () => value);
  throw validation("The expression comes to a list, where one series is needed.");
}

function isWord(value: Value): value is { word: string } {
  return typeof value === "object" && "word" in value;
}
