import { UserError } from "../kernel/errors.ts";
import { isObject } from "../kernel/is-object.ts";
import { DYNAMIC_REFERENCE, isServedReference } from "./dynamic.ts";

/** The targets of an expression. Each throws UserError for a missing one. */
export interface Scope {
  /** A parameter, a pseudo parameter or a resource. */
  ref(name: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  condition(name: string): boolean;
  mapping(map: string, top: string, second: string): unknown;
  importValue(name: string): unknown;
  region: string;
}

/** The value of AWS::NoValue: a property with this value is omitted. */
export const NO_VALUE = Symbol("AWS::NoValue");

type Intrinsic = (argument: any, scope: Scope) => unknown;

/** The intrinsic functions. Each receives its argument as it is in the template. */
const INTRINSICS: Record<string, Intrinsic> = {
  Ref: (name, scope) => scope.ref(text("Ref", name)),
  Condition: (name, scope) => scope.condition(text("Condition", name)),
  "Fn::GetAtt"(argument, scope) {
    const [logicalId, ...rest] = typeof argument === "string" ? argument.split(".") : argument;
    return scope.attribute(
      logicalId,
      rest.map((part: unknown) => text("Fn::GetAtt", resolve(part, scope))).join("."),
    );
  },
  "Fn::Sub"(argument, scope) {
    const [template, variables = {}] = Array.isArray(argument) ? argument : [argument];
    const own = resolve(variables, scope) as Record<string, unknown>;
    return text("Fn::Sub", template).replace(PLACEHOLDER, (_, literal: string | undefined, name: string) => {
      if (literal !== undefined) return `\${${literal}}`;
      const value = Object.hasOwn(own, name) ? own[name] : referred(name, scope);
      return text("Fn::Sub", value);
    });
  },
  "Fn::Join"([delimiter, values], scope) {
    return list("Fn::Join", resolve(values, scope))
      .map((value) => text("Fn::Join", value))
      .join(delimiter);
  },
  "Fn::Select"([index, values], scope) {
    const items = list("Fn::Select", resolve(values, scope));
    const at = Number(resolve(index, scope));
    if (!Number.isInteger(at) || at < 0 || at >= items.length) {
      throw new UserError(`Fn::Select: there is no element ${at} in a list of ${items.length}.`);
    }
    return items[at];
  },
  "Fn::Split": ([delimiter, value], scope) => text("Fn::Split", resolve(value, scope)).split(delimiter),
  "Fn::ImportValue": (name, scope) => scope.importValue(text("Fn::ImportValue", resolve(name, scope))),
  "Fn::FindInMap"([map, top, second, otherwise], scope) {
    const [inMap, atTop, atSecond] = [map, top, second].map((key) =>
      text("Fn::FindInMap", resolve(key, scope)),
    );
    const found = scope.mapping(inMap!, atTop!, atSecond!);
    if (found !== undefined) return found;
    if (isObject(otherwise) && "DefaultValue" in otherwise) return resolve(otherwise.DefaultValue, scope);
    throw new UserError(`Fn::FindInMap: the mapping ${inMap} has no ${atTop}.${atSecond}.`);
  },
  "Fn::Base64": (value, scope) => Buffer.from(text("Fn::Base64", resolve(value, scope))).toString("base64"),
  "Fn::GetAZs": (region, scope) =>
    ["a", "b", "c"].map((zone) => `${resolve(region, scope) || scope.region}${zone}`),
  "Fn::If": ([name, yes, no], scope) => resolve(scope.condition(name) ? yes : no, scope),
  "Fn::And": (conditions, scope) => list("Fn::And", conditions).every((condition) => truth(condition, scope)),
  "Fn::Or": (conditions, scope) => list("Fn::Or", conditions).some((condition) => truth(condition, scope)),
  "Fn::Not": ([condition], scope) => !truth(condition, scope),
  "Fn::Equals": ([a, b], scope) => canonical(resolve(a, scope)) === canonical(resolve(b, scope)),
};

/** "${!Literal}" or "${Name}", "${Resource.Attribute}". */
const PLACEHOLDER = /\$\{(?:!([^}]*)|([^}!][^}]*))\}/g;

/** `value` with every intrinsic function replaced by its result in `scope`. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value))
    return value.map((item) => resolve(item, scope)).filter((item) => item !== NO_VALUE);
  if (!isObject(value)) return value;
  const call = intrinsic(value);
  if (call) {
    const run = INTRINSICS[call.name];
    if (!run) throw new UserError(refusalOf(call.name));
    return run(call.argument, scope);
  }
  const members = Object.entries(value).map(([name, member]) => [name, resolve(member, scope)] as const);
  return Object.fromEntries(members.filter(([, member]) => member !== NO_VALUE));
}

/** The value of a condition's expression. */
export const truth = (expression: unknown, scope: Scope): boolean =>
  String(resolve(expression, scope)) === "true";

/** The intrinsic function of an object with one member, supported or not. */
export function intrinsic(value: Record<string, unknown>): { name: string; argument: any } | undefined {
  const names = Object.keys(value);
  const name = names[0];
  if (names.length !== 1 || name === undefined) return undefined;
  if (
    name !== "Ref" &&
    !name.startsWith("Fn::") &&
    !(name === "Condition" && typeof value[name] === "string")
  ) {
    return undefined;
  }
  return { name, argument: value[name] };
}

/** Chooses the branch of each Fn::If and does not change any other function. */
export function settle(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value))
    return value.map((item) => settle(item, scope)).filter((item) => item !== NO_VALUE);
  if (!isObject(value)) return value;
  const call = intrinsic(value);
  if (call?.name === "Fn::If")
    return settle(scope.condition(call.argument[0]) ? call.argument[1] : call.argument[2], scope);
  if (call?.name === "Ref" && call.argument === "AWS::NoValue") return NO_VALUE;
  const members = Object.entries(value).map(([name, member]) => [name, settle(member, scope)] as const);
  return Object.fromEntries(members.filter(([, member]) => member !== NO_VALUE));
}

/** The references of an expression: logical ids, parameters and exports; and its unsupported parts. */
export interface Mention {
  refs: string[];
  imports: unknown[];
  refused: string[];
}

export function mentions(value: unknown, found: Mention = { refs: [], imports: [], refused: [] }): Mention {
  if (typeof value === "string") {
    for (const [whole, reference] of value.matchAll(DYNAMIC_REFERENCE)) {
      if (!isServedReference(reference!))
        found.refused.push(`the dynamic reference ${whole} is not served by the local cloud`);
    }
  } else if (Array.isArray(value)) {
    for (const item of value) mentions(item, found);
  } else if (isObject(value)) {
    const call = intrinsic(value);
    if (call) mentionsOfCall(call.name, call.argument, found);
    else for (const member of Object.values(value)) mentions(member, found);
  }
  return found;
}

function mentionsOfCall(name: string, argument: any, found: Mention): void {
  if (!Object.hasOwn(INTRINSICS, name)) {
    found.refused.push(refusalOf(name));
    return;
  }
  if (name === "Condition") return;
  if (name === "Ref") {
    found.refs.push(argument);
    return;
  }
  if (name === "Fn::GetAtt") {
    found.refs.push(typeof argument === "string" ? argument.split(".")[0]! : argument[0]);
    return;
  }
  if (name === "Fn::Sub") {
    const [template, variables = {}] = Array.isArray(argument) ? argument : [argument];
    for (const [, literal, placeholder] of String(template).matchAll(PLACEHOLDER)) {
      if (literal === undefined && !Object.hasOwn(variables, placeholder!))
        found.refs.push(placeholder!.trim().split(".")[0]!);
    }
  }
  if (name === "Fn::ImportValue") found.imports.push(argument);
  mentions(argument, found);
}

const refusalOf = (name: string) => `the function ${name} is not served by the local cloud`;

function referred(placeholder: string, scope: Scope): unknown {
  const [name, ...attribute] = placeholder.trim().split(".");
  return attribute.length === 0 ? scope.ref(name!) : scope.attribute(name!, attribute.join("."));
}

function text(what: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new UserError(`${what}: expected text, found ${describe(value)}.`);
}

function list(what: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new UserError(`${what}: expected a list, found ${describe(value)}.`);
}

const describe = (value: unknown) =>
  value === NO_VALUE ? "AWS::NoValue" : (JSON.stringify(value) ?? "nothing");

const canonical = (value: unknown) =>
  isObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value);
