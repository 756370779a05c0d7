import type { Operator } from "./expression.ts";

const infix = (sign: string) => (operands: string[]) => operands.join(` ${sign} `);

/**
 * Each operator in JSONata, given its operands as JSONata. There, a comparison with a missing value is false,
 * even "!=": so `not` negates an equality.
 */
export const OPERATOR_CODE: Record<Operator, (operands: string[]) => string> = {
  and: infix("and"),
  or: infix("or"),
  not: ([operand]) => `$not(${operand})`,
  eq: infix("="),
  ne: (operands) => `$not(${operands.join(" = ")})`,
  gt: infix(">"),
  gte: infix(">="),
  lt: infix("<"),
  lte: infix("<="),
  exists: ([operand]) => `${operand} != null`,
  orElse: ([operand, other]) => `${operand} != null ? ${operand} : ${other}`,
  lookup: ([record, key]) => `$lookup(${record}, ${key})`,
  text: infix("&"),
  contains: ([text, part]) => `$contains(${text}, ${part})`,
  lowerCase: ([text]) => `$lowercase(${text})`,
  plus: infix("+"),
  minus: infix("-"),
  times: infix("*"),
  dividedBy: infix("/"),
  size: ([list]) => `$count(${list})`,
  includes: ([list, item]) => `${item} in ${list}`,
};
