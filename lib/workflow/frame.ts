import { type Expression, resultsIn } from "./expression.ts";

/** How results are read at one position of the compiled machine. */
export interface Frame {
  /** Results by node. */
  readonly values: ReadonlyMap<string, Expression>;
  /** Names of the enclosing `each` nodes, outermost first. */
  readonly iterations: readonly string[];
  /** The `each` node whose items are the parameters of a JSONata function here, instead of iterations. */
  readonly mapped?: string;
  /** JSONata for the path of the innermost loop, "scenes[3]/think[2]"; undefined outside of loops. */
  readonly path: string | undefined;
  /** The nodes whose results share the bytes that an iteration's result may have, `$states.input.limit`. */
  readonly limited: ReadonlySet<string>;
  /** The number of parallel branches through which a node's result is passed from here. */
  readonly crossings: ReadonlyMap<string, number>;
}

/** The frame of a whole machine. */
export const ROOT_FRAME: Frame = {
  values: new Map(),
  iterations: [],
  path: undefined,
  limited: new Set(),
  crossings: new Map(),
};

/** JSONata, and the variables that it reads; those that are set and read by the states of one node need not be named. */
export function code(source: string, variables: readonly string[] = []): Expression {
  return { kind: "code", source, variables };
}

/** The value of a variable. */
export function variable(name: string): Expression {
  return code(`$${name}`, [name]);
}

/** The same frame, with the result of one node found elsewhere. */
export function bind(frame: Frame, node: string, value: Expression): Frame {
  return { ...frame, values: new Map([...frame.values, [node, value]]) };
}

/** The nodes whose results an expression uses, and whose position the frame does not know yet. */
export function open(expression: Expression, frame: Frame): string[] {
  return resultsIn(expression).flatMap((node) => {
    const bound = frame.values.get(node);
    return bound ? open(bound, frame) : [node];
  });
}

/** Replaces results by their positions, and resolves fields of known values. */
export function resolve(expression: Expression, frame: Frame): Expression {
  const inner = (part: Expression) => resolve(part, frame);
  switch (expression.kind) {
    case "result":
      return inner(frame.values.get(expression.node)!);
    case "read": {
      const of = inner(expression.of);
      return REPORTS_MISSING.has(of.kind) ? of : { ...expression, of };
    }
    case "field": {
      const of = unread(inner(expression.of));
      if (of.kind === "absent") return of;
      return of.kind === "record"
        ? (of.fields[expression.name] ?? { kind: "absent" })
        : { ...expression, of };
    }
    case "at":
      return { ...expression, of: unread(inner(expression.of)), key: unread(inner(expression.key)) };
    case "call":
      return { ...expression, operands: expression.operands.map((operand) => unread(inner(operand))) };
    case "script":
      return { ...expression, values: expression.values.map((value) => unread(inner(value))) };
    case "record": {
      const fields = Object.entries(expression.fields).map(([name, field]) => [name, inner(field)] as const);
      return {
        ...expression,
        fields: Object.fromEntries(fields.filter(([, { kind }]) => kind !== "absent")),
      };
    }
    case "list":
      return { ...expression, items: expression.items.map(inner) };
    default:
      return expression;
  }
}

/** Expressions that report themselves whether something is missing. */
const REPORTS_MISSING = new Set<Expression["kind"]>(["read", "record", "list", "literal", "absent"]);

function unread(expression: Expression): Expression {
  return expression.kind === "read" ? expression.of : expression;
}
