import { remembered } from "../../kernel/remembered.ts";
import { validation } from "../errors.ts";
import { type AttributeType, type AttributeValue, typeOf } from "../value/attribute-value.ts";
import type { Cursor } from "./lexer.ts";
import { type Path, type Placeholders, refuseOverlap, refuseReserved } from "./placeholders.ts";
import { parseOperand, parsePath, type Syntax, start } from "./syntax.ts";

/** What SET assigns, with names and values resolved. */
export type Assigned =
  | { kind: "path"; path: Path }
  | { kind: "value"; value: AttributeValue }
  /** Always two operands once compiled; the first one of `if_not_exists` is a path. */
  | { kind: "if_not_exists" | "list_append" | "+" | "-"; operands: Assigned[] };

export type UpdateAction =
  | { kind: "SET"; path: Path; assigned: Assigned }
  | { kind: "REMOVE"; path: Path }
  | { kind: "ADD" | "DELETE"; path: Path; value: AttributeValue };

type Section = "SET" | "REMOVE" | "ADD" | "DELETE";
type Clause = { section: Section; target: Syntax & { kind: "path" }; operand: Syntax | undefined };

const SECTIONS: readonly Section[] = ["SET", "REMOVE", "ADD", "DELETE"];
const FUNCTIONS = ["if_not_exists", "list_append"];

const TYPE_NAMES: Partial<Record<AttributeType, string>> = {
  S: "STRING",
  N: "NUMBER",
  B: "BINARY",
  NULL: "NULL",
  BOOL: "BOOLEAN",
  L: "LIST",
  M: "MAP",
};

/** Parses an update. Throws ValidationException without the parameter's name. */
export function compileUpdate(expression: string, placeholders: Placeholders): UpdateAction[] {
  const actions = wellFormedUpdate(expression).map((clause) => resolve(clause, placeholders));
  refuseOverlap(actions.map(({ path }) => path));
  actions.forEach(refuseMember);
  for (const action of actions) if (action.kind === "SET") refuseAssigned(action.assigned);
  return actions;
}

/** Programs use few distinct expressions, which differ in their values. */
const MOST_EXPRESSIONS = 1000;

/** An update as written, checked by the rules that need no names and values. */
export const wellFormedUpdate = remembered(MOST_EXPRESSIONS, (expression): readonly Clause[] => {
  const { clauses, repeated } = parseUpdate(expression);
  for (const { target, operand } of clauses) {
    refuseReserved(target);
    if (operand) refuseReserved(operand);
  }
  for (const { operand } of clauses) if (operand) refuseUnknownFunctions(operand);
  if (repeated) throw validation(`The "${repeated}" section can only be used once in an update expression;`);
  return clauses;
});

function parseUpdate(expression: string): { clauses: Clause[]; repeated: Section | undefined } {
  const cursor = start(expression, SECTIONS);
  const clauses: Clause[] = [];
  const seen = new Set<Section>();
  let repeated: Section | undefined;
  do {
    const section = SECTIONS.find((name) => cursor.takes(name));
    if (!section) throw cursor.unexpected();
    if (seen.has(section)) repeated ??= section;
    seen.add(section);
    do clauses.push(parseClause(cursor, section));
    while (cursor.takes(","));
  } while (cursor.token.kind !== "end");
  return { clauses, repeated };
}

function parseClause(cursor: Cursor, section: Section): Clause {
  const target = { kind: "path" as const, steps: parsePath(cursor) };
  if (section === "REMOVE") return { section, target, operand: undefined };
  if (section === "SET") {
    cursor.expect("=");
    return { section, target, operand: parseSum(cursor) };
  }
  if (cursor.token.kind !== "value") throw cursor.unexpected();
  return { section, target, operand: parseOperand(cursor) };
}

function parseSum(cursor: Cursor): Syntax {
  const left = parseTerm(cursor);
  const operator = ["+", "-"].find((symbol) => cursor.takes(symbol));
  return operator ? { kind: "operator", operator, operands: [left, parseTerm(cursor)] } : left;
}

function parseTerm(cursor: Cursor): Syntax {
  if (!cursor.takes("(")) return parseOperand(cursor);
  const inner = cursor.nested(() => parseSum(cursor));
  cursor.expect(")");
  return inner;
}

function refuseUnknownFunctions(syntax: Syntax): void {
  if (syntax.kind === "operator") syntax.operands.forEach(refuseUnknownFunctions);
  if (syntax.kind !== "call") return;
  syntax.arguments.forEach(refuseUnknownFunctions);
  if (!FUNCTIONS.includes(syntax.name)) throw validation(`Invalid function name; function: ${syntax.name}`);
}

function resolve({ section, target, operand }: Clause, placeholders: Placeholders): UpdateAction {
  const path = placeholders.path(target.steps);
  if (section === "REMOVE") return { kind: section, path };
  const assigned = resolveAssigned(operand!, placeholders);
  if (section === "SET") return { kind: section, path, assigned };
  if (assigned.kind !== "value") throw new Error("The parser let something else than a value through");
  return { kind: section, path, value: assigned.value };
}

function resolveAssigned(syntax: Syntax, placeholders: Placeholders): Assigned {
  if (syntax.kind === "path") return { kind: "path", path: placeholders.path(syntax.steps) };
  if (syntax.kind === "value") return { kind: "value", value: placeholders.value(syntax.placeholder) };
  const name = syntax.kind === "call" ? syntax.name : syntax.operator;
  const operands = (syntax.kind === "call" ? syntax.arguments : syntax.operands).map((operand) =>
    resolveAssigned(operand, placeholders),
  );
  return { kind: name as "if_not_exists" | "list_append" | "+" | "-", operands };
}

/** ADD takes a number or a set, DELETE a set. */
function refuseMember(action: UpdateAction): void {
  if (action.kind === "SET" || action.kind === "REMOVE") return;
  const type = typeOf(action.value);
  const name = action.kind === "ADD" && type === "N" ? undefined : TYPE_NAMES[type];
  if (name) {
    throw validation(
      `Incorrect operand type for operator or function; operator: ${action.kind}, operand type: ${name}`,
    );
  }
}

/** Throws for operands of the wrong number or type, if the expression alone shows it. */
export function refuseAssigned(assigned: Assigned): void {
  if (assigned.kind === "path" || assigned.kind === "value") return;
  const { kind, operands } = assigned;
  operands.forEach(refuseAssigned);
  if (operands.length !== 2) {
    throw validation(
      `Incorrect number of operands for operator or function; operator or function: ${kind}, number of operands: ${operands.length}`,
    );
  }
  if (kind === "if_not_exists") {
    if (operands[0]!.kind === "path") return;
    throw validation(`Operator or function requires a document path; operator or function: ${kind}`);
  }
  const wanted = kind === "list_append" ? "L" : "N";
  for (const operand of operands) {
    if (operand.kind === "value" && typeOf(operand.value) !== wanted) {
      throw validation(
        `Incorrect operand type for operator or function; operator or function: ${kind}, operand type: ${typeOf(operand.value)}`,
      );
    }
  }
}

/** The paths that an action writes and reads. */
export function pathsOfAction(action: UpdateAction): Path[] {
  return action.kind === "SET" ? [action.path, ...pathsAssigned(action.assigned)] : [action.path];
}

function pathsAssigned(assigned: Assigned): Path[] {
  if (assigned.kind === "path") return [assigned.path];
  return assigned.kind === "value" ? [] : assigned.operands.flatMap(pathsAssigned);
}

/** The type of the new value at an action's path, if the expression alone determines it. */
export function assignedType(action: UpdateAction): AttributeType | undefined {
  if (action.kind === "ADD") return typeOf(action.value);
  if (action.kind !== "SET") return undefined;
  const { assigned } = action;
  if (assigned.kind === "+" || assigned.kind === "-") return "N";
  if (assigned.kind === "list_append") return "L";
  return assigned.kind === "value" ? typeOf(assigned.value) : undefined;
}
