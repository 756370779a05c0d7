import type { Path } from "../expression/placeholders.ts";
import type { Token } from "./token.ts";

type Place = Token["at"];

/** An expression as written. Parameters are resolved when the statement runs. */
export type Expression =
  | { kind: "path"; path: Path; at: Place }
  /** Counted from 0. */
  | { kind: "parameter"; index: number; at: Place }
  | { kind: "string"; value: string; at: Place }
  /** Digits as written, with the signs before them. */
  | { kind: "number"; text: string; at: Place }
  | { kind: "boolean"; value: boolean; at: Place }
  | { kind: "null" | "missing"; at: Place }
  | { kind: "list" | "bag"; members: Expression[]; at: Place }
  | { kind: "struct"; members: [name: Expression, value: Expression][]; at: Place }
  /** The name in lower case. */
  | { kind: "call"; name: string; arguments: Expression[]; at: Place }
  /** Operators in capitals: "AND", "NOT", "=", "BETWEEN", "IN", "+", … */
  | { kind: "operator"; operator: string; operands: Expression[]; at: Place }
  /** `type` in lower case, as written. */
  | { kind: "is"; operand: Expression; type: string; at: Place };

export interface Source {
  table: string;
  index: string | undefined;
}

export interface Ordering {
  name: string;
  descending: boolean;
}

export interface Select {
  kind: "select";
  /** Undefined for all. */
  columns: Expression[] | undefined;
  source: Source;
  where: Expression | undefined;
  orderings: Ordering[];
}

export interface Insert {
  kind: "insert";
  source: Source;
  item: Expression;
  /** Whether an existing item is left unchanged. */
  keepsExisting: boolean;
}

export type Clause =
  | { kind: "SET"; target: Expression & { kind: "path" }; value: Expression }
  | { kind: "REMOVE"; target: Expression & { kind: "path" } };

/** What a write returns: "ALL OLD", … */
export type Returning = "ALL OLD" | "ALL NEW" | "MODIFIED OLD" | "MODIFIED NEW" | undefined;

export interface Update {
  kind: "update";
  source: Source;
  clauses: Clause[];
  where: Expression | undefined;
  returning: Returning;
}

export interface Delete {
  kind: "delete";
  source: Source;
  where: Expression | undefined;
  returning: Returning;
}

/** `EXISTS(SELECT …)`, a condition of a transaction. */
export interface Exists {
  kind: "exists";
  source: Source;
  select: Select;
}

export type Statement = (Select | Insert | Update | Delete | Exists) & {
  /** Number of parameters. */
  parameters: number;
};

/** The name of the top-level attribute, if the expression is only that; otherwise undefined. */
export function attributeNamed(expression: Expression): string | undefined {
  if (expression.kind !== "path" || expression.path.length > 1) return undefined;
  return String(expression.path[0]);
}
