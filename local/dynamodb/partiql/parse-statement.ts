import { remembered } from "../../kernel/remembered.ts";
import { validation } from "../errors.ts";
import { Cursor } from "./cursor.ts";
import { notWellFormed } from "./errors.ts";
import { parseExpression } from "./parse-expression.ts";
import { parsePath } from "./parse-path.ts";
import type {
  Clause,
  Delete,
  Exists,
  Insert,
  Ordering,
  Returning,
  Select,
  Source,
  Statement,
  Update,
} from "./syntax.ts";

/** Programs run few distinct statements, which differ in their parameters. */
const MOST_STATEMENTS = 1000;

/** Parses a statement; each text is parsed once. Throws ValidationException. */
export const parseStatement: (text: string) => Readonly<Statement> = remembered(MOST_STATEMENTS, (text) => {
  const cursor = new Cursor(text);
  const statement = parse(cursor);
  cursor.takes(";");
  if (cursor.token.kind !== "end") throw notWellFormed("Unexpected token after expression");
  return { ...statement, parameters: cursor.parameters };
});

function parse(cursor: Cursor): Select | Insert | Update | Delete | Exists {
  if (cursor.takes("SELECT")) return parseSelect(cursor);
  if (cursor.takes("INSERT", "INTO")) return parseInsert(cursor);
  if (cursor.takes("UPDATE")) {
    const source = parseSource(cursor);
    const clauses = parseClauses(cursor);
    const where = parseWhere(cursor);
    return { kind: "update", source, clauses, where, returning: parseReturning(cursor) };
  }
  if (cursor.takes("FROM")) {
    const source = parseSource(cursor);
    const where = parseWhere(cursor);
    const clauses = parseClauses(cursor);
    return { kind: "update", source, clauses, where, returning: parseReturning(cursor) };
  }
  if (cursor.takes("DELETE", "FROM")) {
    const source = parseSource(cursor);
    const where = parseWhere(cursor);
    return { kind: "delete", source, where, returning: parseReturning(cursor) };
  }
  if (cursor.takes("EXISTS", "(")) {
    cursor.expect("SELECT", "Unexpected term");
    const select = parseSelect(cursor);
    cursor.expect(")", "Expected closing parenthesis");
    return { kind: "exists", source: select.source, select };
  }
  throw notWellFormed("Expected data manipulation");
}

function parseSelect(cursor: Cursor): Select {
  const columns = cursor.takes("*") ? undefined : parseColumns(cursor);
  cursor.expect("FROM", "Expected FROM");
  if (cursor.token.kind === "end") throw notWellFormed("Unexpected term");
  const source = parseSource(cursor);
  const where = parseWhere(cursor);
  const orderings: Ordering[] = [];
  if (cursor.takes("ORDER", "BY")) {
    do orderings.push(parseOrdering(cursor));
    while (cursor.takes(","));
  }
  return { kind: "select", columns, source, where, orderings };
}

function parseColumns(cursor: Cursor): Select["columns"] {
  const columns = [parseExpression(cursor)];
  while (cursor.takes(",")) {
    if (cursor.sees("*")) {
      throw validation("Other attributes should not be present in the projection when '*' is used.");
    }
    columns.push(parseExpression(cursor));
  }
  return columns;
}

function parseOrdering(cursor: Cursor): Ordering {
  const { path } = parsePath(cursor);
  const descending = cursor.takes("DESC");
  if (!descending) cursor.takes("ASC");
  return { name: path.join("."), descending };
}

function parseInsert(cursor: Cursor): Insert {
  const source = parseSource(cursor, false);
  if (!cursor.takes("VALUE")) {
    throw notWellFormed(cursor.seesName() ? "Unexpected token after expression" : "Expected VALUE");
  }
  const item = parseExpression(cursor);
  const keepsExisting = cursor.takes("ON", "CONFLICT");
  if (keepsExisting && !cursor.takes("DO", "NOTHING")) {
    throw validation('Invalid conflict action. Only "DO NOTHING" action is supported.');
  }
  if (cursor.sees("RETURNING")) throw validation("RETURNING is not supported in INSERT");
  return { kind: "insert", source, item, keepsExisting };
}

/** `SET a = 1, b = 2 REMOVE c SET d = 3`. */
function parseClauses(cursor: Cursor): Clause[] {
  const clauses: Clause[] = [];
  for (;;) {
    if (cursor.takes("SET")) {
      do {
        const target = parsePath(cursor);
        cursor.expect("=", "Expected = in SET");
        clauses.push({ kind: "SET", target, value: parseExpression(cursor) });
      } while (cursor.takes(","));
    } else if (cursor.takes("REMOVE")) {
      do clauses.push({ kind: "REMOVE", target: parsePath(cursor) });
      while (cursor.takes(","));
    } else if (clauses.length > 0) {
      return clauses;
    } else {
      throw notWellFormed("Expected data manipulation");
    }
  }
}

/** A table, or an index of one. */
function parseSource(cursor: Cursor, refusesAlias = true): Source {
  if (!cursor.seesName()) throw notWellFormed("Expected identifier for simple path");
  const table = cursor.next().text;
  let index: string | undefined;
  if (cursor.takes(".")) {
    if (!cursor.seesName()) throw notWellFormed("Invalid path dot component");
    index = cursor.next().text;
  }
  if (cursor.sees(".")) throw validation("A path may contain at most 2 components in the FROM clause");
  if (refusesAlias && (cursor.sees("AS") || cursor.seesName())) {
    throw validation("Aliasing is not supported");
  }
  return { table, index };
}

function parseWhere(cursor: Cursor): Select["where"] {
  return cursor.takes("WHERE") ? parseExpression(cursor) : undefined;
}

function parseReturning(cursor: Cursor): Returning {
  if (!cursor.takes("RETURNING")) return undefined;
  for (const which of ["ALL", "MODIFIED"] as const) {
    for (const when of ["OLD", "NEW"] as const) {
      if (!cursor.takes(which, when)) continue;
      if (cursor.takes("*")) return `${which} ${when}`;
    }
  }
  throw validation("Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause");
}
