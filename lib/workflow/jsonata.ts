import { between, type Expression } from "./expression.ts";
import { type Frame, resolve } from "./frame.ts";
import { loopVariable, mappedVariable } from "./names.ts";
import { OPERATOR_CODE } from "./operator-code.ts";
import type { Json } from "./states.ts";

/**
 * An expression as the value of a field in ASL: JSON where possible, JSONata for values of a run. JSON arrays
 * are preserved, since JSONata's own flatten lists of lists. An object with an optional value is a JSONata
 * constructor, which omits missing fields: "undefined" as a value would fail the run.
 */
export function template(expression: Expression, frame: Frame): Json {
  const resolved = resolve(expression, frame);
  switch (resolved.kind) {
    case "literal":
      return typeof resolved.value === "string" ? plain(resolved.value) : resolved.value;
    case "absent":
      return null;
    case "list":
      return resolved.items.map((item) => template(item, frame));
    case "record":
      if (Object.values(resolved.fields).some(mayBeMissing)) return wrap(source(resolved, frame));
      return Object.fromEntries(
        Object.entries(resolved.fields).map(([name, value]) => [name, template(value, frame)]),
      );
    case "read":
      return wrap(value(resolved, frame));
    default:
      return wrap(source(resolved, frame));
  }
}

/** A condition as JSONata. */
export function condition(expression: Expression, frame: Frame): string {
  return wrap(source(resolve(expression, frame), frame));
}

export function wrap(jsonata: string): string {
  return `{% ${jsonata} %}`;
}

/** A text in ASL that is not JSONata, even if it looks like it. */
function plain(text: string): string {
  return /\{%|%\}/.test(text) ? wrap(quote(text)) : text;
}

/** A text literal in JSONata. */
export function quote(text: string): string {
  const escaped = JSON.stringify(text).replaceAll("{%", "\\u007b%").replaceAll("%}", "%\\u007d");
  return escaped.includes("'") || escaped.includes('\\"') ? escaped : `'${escaped.slice(1, -1)}'`;
}

function mayBeMissing(field: Expression): boolean {
  if (field.kind === "record") return Object.values(field.fields).some(mayBeMissing);
  return field.kind === "read" && field.facts.optional;
}

type Read = Extract<Expression, { kind: "read" }>;

/** A reference as a value, null if it is missing. */
function value({ of, facts }: Read, frame: Frame): string {
  const written = source(of, frame);
  return facts.optional ? `$exists(${written}) ? ${written} : null` : written;
}

/** A field of a JSONata object: omitted if it is missing. */
function fieldValue(field: Expression, frame: Frame): string {
  if (field.kind !== "read") return source(field, frame);
  const written = source(field.of, frame);
  if (!field.facts.optional) return written;
  // A variable contains null for a missing value, since it cannot be undefined.
  return field.of.kind === "code" && !field.facts.nullable ? `${written} != null ? ${written}` : written;
}

/**
 * Items as a JSONata list. A list among them stays one item: JSONata would use its items instead. If it is
 * offloaded, there is a reference to it, which is not a list.
 */
function list(items: readonly Expression[], frame: Frame): string {
  if (!items.some(isRead)) return `[${items.map((item) => itemValue(item, frame)).join(", ")}]`;
  return items.reduce((made, item) => `$append(${made}, ${alone(item, frame)})`, "[]");
}

/** Whether an item is a list that is read, or contains one. */
function isRead(item: Expression): boolean {
  return item.kind === "list" ? item.items.some(isRead) : item.kind === "read" && item.facts.list;
}

/** A list of one item. */
function alone(item: Expression, frame: Frame): string {
  if (!isRead(item)) return `[${itemValue(item, frame)}]`;
  if (item.kind !== "read") return `[[${source(item, frame)}]]`;
  const written = source(item.of, frame);
  const kept = `$type(${written}) = 'array' ? [[${written}]] : [${written}]`;
  return item.facts.optional ? `$exists(${written}) ? (${kept}) : [null]` : kept;
}

function itemValue(item: Expression, frame: Frame): string {
  return item.kind === "read" ? `(${value(item, frame)})` : source(item, frame);
}

/** A resolved expression as JSONata. */
function source(expression: Expression, frame: Frame): string {
  const operand = (part: Expression) =>
    part.kind === "call" ? `(${source(part, frame)})` : source(part, frame);
  switch (expression.kind) {
    case "literal":
      return typeof expression.value === "string" ? quote(expression.value) : String(expression.value);
    case "absent":
      return "null";
    case "event":
      return "$states.context.Execution.Input.event";
    case "switches": {
      const defaults = Object.entries(expression.defaults).map(
        ([name, own]) => `${quote(name)}: ${typeof own === "string" ? quote(own) : own}`,
      );
      return `$merge([{${defaults.join(", ")}}, $states.context.Execution.Input.run.switches])`;
    }
    case "item":
    case "index": {
      if (expression.each === frame.mapped) return `$${mappedVariable(expression.kind)}`;
      const hops = frame.iterations.length - 1 - frame.iterations.indexOf(expression.each);
      return `$states.input${".outer".repeat(hops)}.${expression.kind}`;
    }
    case "state":
    case "round":
      return `$${loopVariable(expression.repeat, expression.kind)}`;
    case "code":
      return expression.source;
    case "script":
      return `(${between(expression.texts, expression.values.map(operand))})`;
    case "read":
      return source(expression.of, frame);
    case "field":
      return select(operand(expression.of), expression.name);
    case "at": {
      const { of, key } = expression;
      return of.kind === "at"
        ? `(${source(of, frame)})[${source(key, frame)}]`
        : `${operand(of)}[${source(key, frame)}]`;
    }
    case "call":
      return OPERATOR_CODE[expression.operator](expression.operands.map(operand));
    case "record":
      return `{${Object.entries(expression.fields)
        .map(([name, field]) => `${quote(name)}: ${fieldValue(field, frame)}`)
        .join(", ")}}`;
    case "list":
      return list(expression.items, frame);
    case "result":
      throw new Error(`The result of "${expression.node}" was not resolved before it was written.`);
    case "earlier":
      throw new Error("What a worker fills in was not taken out before the rest was written.");
  }
}

const RESERVED_WORDS = new Set(["and", "or", "in", "true", "false", "null", "function"]);

function select(of: string, name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !RESERVED_WORDS.has(name)) return `${of}.${name}`;
  return name.includes("`") ? `$lookup(${of}, ${quote(name)})` : `${of}.\`${name}\``;
}
