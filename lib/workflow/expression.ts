/**
 * A value of a run, as plain data: the plan stores references in this form, and the compiler writes them as
 * JSONata.
 */
export type Expression =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  /** The value of a branch without a value. */
  | { readonly kind: "absent" }
  /** Payload of the event that started the run. */
  | { readonly kind: "event" }
  /** Values of the feature switches that the run has recorded; of a later switch, its default. */
  | { readonly kind: "switches"; readonly defaults: Readonly<Record<string, string | boolean>> }
  | { readonly kind: "result"; readonly node: string }
  | { readonly kind: "item" | "index"; readonly each: string }
  | { readonly kind: "state" | "round"; readonly repeat: string }
  | { readonly kind: "field"; readonly of: Expression; readonly name: string }
  | { readonly kind: "at"; readonly of: Expression; readonly key: Expression }
  | { readonly kind: "call"; readonly operator: Operator; readonly operands: readonly Expression[] }
  | { readonly kind: "record"; readonly fields: Readonly<Record<string, Expression>> }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  /** The author's JSONata, in pieces with values in between. */
  | { readonly kind: "script"; readonly texts: readonly string[]; readonly values: readonly Expression[] }
  /** Result of an earlier step of the same group, by its position: the worker fills it in. */
  | { readonly kind: "earlier"; readonly position: number }
  /** Literal JSONata: how a result is read at one position of the compiled machine, and of which variables. */
  | { readonly kind: "code"; readonly source: string; readonly variables: readonly string[] }
  /** A reference where it is used, with what is needed to compile it there. */
  | { readonly kind: "read"; readonly of: Expression; readonly facts: Facts };

export interface Facts {
  readonly optional: boolean;
  readonly nullable: boolean;
  readonly list: boolean;
}

export type Operator =
  | "and"
  | "or"
  | "not"
  | "eq"
  | "ne"
  | "gt"
  | "gte"
  | "lt"
  | "lte"
  | "exists"
  | "orElse"
  | "lookup"
  | "text"
  | "contains"
  | "lowerCase"
  | "plus"
  | "minus"
  | "times"
  | "dividedBy"
  | "size"
  | "includes";

export const absent: Expression = { kind: "absent" };

export function literal(value: string | number): Expression {
  return { kind: "literal", value };
}

export function call(operator: Operator, ...operands: Expression[]): Expression {
  return { kind: "call", operator, operands };
}

/** The direct parts of an expression. */
function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "field":
    case "read":
      return [expression.of];
    case "at":
      return [expression.of, expression.key];
    case "call":
      return expression.operands;
    case "script":
      return expression.values;
    case "record":
      return Object.values(expression.fields);
    case "list":
      return expression.items;
    default:
      return [];
  }
}

/** An expression and all its parts. */
export function* walk(expression: Expression): Generator<Expression> {
  yield expression;
  for (const part of partsOf(expression)) yield* walk(part);
}

/** The nodes whose results an expression reads. */
export function resultsIn(expression: Expression): string[] {
  return [...walk(expression)].flatMap((part) => (part.kind === "result" ? [part.node] : []));
}

/** Pieces of a string with the values between them. */
export function between(texts: readonly string[], values: readonly string[]): string {
  return texts.map((text, at) => (at === 0 ? text : `${values[at - 1]}${text}`)).join("");
}

const SIGNS: Partial<Record<Operator, string>> = {
  eq: "is",
  ne: "is not",
  gt: ">",
  gte: ">=",
  lt: "<",
  lte: "<=",
  and: "and",
  or: "or",
  plus: "+",
  minus: "-",
  times: "*",
  dividedBy: "/",
};

/** An expression as text for people: "board.scenes", "score.value > 3". */
export function say(expression: Expression): string {
  switch (expression.kind) {
    case "literal":
      return JSON.stringify(expression.value);
    case "absent":
      return "nothing";
    case "event":
      return "event";
    case "switches":
      return "switches";
    case "result":
      return expression.node;
    case "earlier":
      return `result ${expression.position} of the group`;
    case "item":
      return `${expression.each} item`;
    case "index":
      return `${expression.each} index`;
    case "state":
    case "round":
      return `${expression.repeat} ${expression.kind}`;
    case "field":
      return `${say(expression.of)}.${expression.name}`;
    case "at":
      return `${say(expression.of)}[${say(expression.key)}]`;
    case "code":
      return expression.source;
    case "script":
      return between(expression.texts, expression.values.map(say));
    case "read":
      return say(expression.of);
    case "record":
      return `{ ${Object.entries(expression.fields)
        .map(([name, value]) => `${name}: ${say(value)}`)
        .join(", ")} }`;
    case "list":
      return `[${expression.items.map(say).join(", ")}]`;
    case "call": {
      const operands = expression.operands.map(say);
      const sign = SIGNS[expression.operator];
      if (sign) return operands.join(` ${sign} `);
      if (expression.operator === "not") return `not ${operands[0]}`;
      return `${expression.operator}(${operands.join(", ")})`;
    }
  }
}
