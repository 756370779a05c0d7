import { validation } from "../errors.ts";
import { type Assigned, refuseAssigned, type UpdateAction } from "../expression/update.ts";
import type { AttributeValue } from "../value/attribute-value.ts";
import { refusedAt } from "./errors.ts";
import type { Clause, Expression } from "./syntax.ts";
import { isConstant, valueOfConstant } from "./values.ts";

/** Parses a SET or REMOVE clause. Throws ValidationException. */
export function actionOf(clause: Clause, parameters: AttributeValue[]): UpdateAction {
  const { path } = clause.target;
  if (clause.kind === "REMOVE") return { kind: "REMOVE", path };
  const { value } = clause;
  if (value.kind === "call" && (value.name === "set_add" || value.name === "set_delete")) {
    return setAction(value, clause.target, parameters);
  }
  const assigned = assignedOf(value, parameters);
  refuseAssigned(assigned);
  return { kind: "SET", path, assigned };
}

/** `SET a = set_add(a, <<…>>)`: members that are added to a set or removed from it. */
function setAction(
  call: Expression & { kind: "call" },
  target: Expression & { kind: "path" },
  parameters: AttributeValue[],
): UpdateAction {
  const name = call.name.toUpperCase();
  if (call.arguments.length !== 2) throw refusedAt(`${name} must have exactly two arguments`, call.at);
  const [first, second] = call.arguments as [Expression, Expression];
  if (first.kind !== "path" || JSON.stringify(first.path) !== JSON.stringify(target.path)) {
    throw refusedAt(`The first argument to ${name} must equal the assignment value`, call.at);
  }
  const value = isConstant(second) ? valueOfConstant(second, parameters) : undefined;
  if (!value || !("SS" in value || "NS" in value || "BS" in value)) {
    throw refusedAt(`The second argument to ${name} must be a value with type SET`, first.at);
  }
  return { kind: call.name === "set_add" ? "ADD" : "DELETE", path: target.path, value };
}

function assignedOf(expression: Expression, parameters: AttributeValue[]): Assigned {
  if (isConstant(expression)) return { kind: "value", value: valueOfConstant(expression, parameters) };
  switch (expression.kind) {
    case "path":
      return { kind: "path", path: expression.path };
    case "call":
      if (expression.name !== "list_append") {
        throw refusedAt(`Unrecognized function: ${expression.name}`, expression.at);
      }
      return {
        kind: "list_append",
        operands: expression.arguments.map((argument) => assignedOf(argument, parameters)),
      };
    case "operator": {
      const { operator, operands } = expression;
      if (operator !== "+" && operator !== "-") {
        throw validation(`Unsupported operator in Update Expression. Operator: ${operator}`);
      }
      return { kind: operator, operands: operands.map((operand) => assignedOf(operand, parameters)) };
    }
    case "is":
      throw validation("IS operator is not supported in update expressions");
    default:
      throw validation("MISSING must be compared using IS operator");
  }
}
