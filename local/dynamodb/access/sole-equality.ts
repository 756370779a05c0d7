import { attributeNamed, type Expression } from "../partiql/syntax.ts";
import { isConstant } from "../partiql/values.ts";

/**
 * What is known about a WHERE clause, by attribute. A statement is parsed once, and authorized for each call.
 */
const known = new WeakMap<Expression, Map<string, Expression | undefined>>();

/**
 * The constant that a WHERE clause requires an attribute to equal, if the clause has no other condition on
 * the attribute. Otherwise undefined.
 */
export function soleEquality(where: Expression, name: string): Expression | undefined {
  const byName = known.get(where) ?? new Map<string, Expression | undefined>();
  if (!byName.has(name)) {
    byName.set(name, find(where, name));
    known.set(where, byName);
  }
  return byName.get(name);
}

function find(where: Expression, name: string): Expression | undefined {
  const about = conjuncts(where).filter((part) => namesIn(part).includes(name));
  const [part] = about;
  if (about.length !== 1 || part?.kind !== "operator" || part.operator !== "=") return undefined;
  const [left, right] = part.operands as [Expression, Expression];
  if (attributeNamed(left) === name && isConstant(right)) return right;
  return attributeNamed(right) === name && isConstant(left) ? left : undefined;
}

function conjuncts(where: Expression): Expression[] {
  return where.kind === "operator" && where.operator === "AND" ? where.operands.flatMap(conjuncts) : [where];
}

/** The top-level attributes that an expression names. */
export function namesIn(expression: Expression): string[] {
  switch (expression.kind) {
    case "path":
      return [String(expression.path[0])];
    case "operator":
      return expression.operands.flatMap(namesIn);
    case "call":
      return expression.arguments.flatMap(namesIn);
    case "is":
      return namesIn(expression.operand);
    default:
      return [];
  }
}
