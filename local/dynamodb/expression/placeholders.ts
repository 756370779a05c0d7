import { isObject } from "../../kernel/is-object.ts";
import { serialization, validation } from "../errors.ts";
import { type AttributeMap, type AttributeValue, attributeOf } from "../value/attribute-value.ts";
import { normalizeValue } from "../value/normalize.ts";
import { isReserved } from "./reserved-words.ts";
import type { PathStep, Syntax } from "./syntax.ts";

/** A document path: names of maps and indexes of lists. */
export type Path = (string | number)[];

/** The names and values to which a request's expressions refer, and which of them were used. */
export class Placeholders {
  private readonly names: Record<string, string>;
  private readonly values: AttributeMap;
  private readonly unusedNames: Set<string>;
  private readonly unusedValues: Set<string>;

  /** Throws a ValidationException for a key that cannot be a placeholder and for an invalid value. */
  constructor(names?: Record<string, string>, values?: AttributeMap) {
    this.names = names ?? {};
    this.values = Object.create(null) as AttributeMap;
    refuseKeys("ExpressionAttributeNames", names, /^#[0-9a-zA-Z_]+$/);
    refuseKeys("ExpressionAttributeValues", values, /^:[0-9a-zA-Z_]+$/);
    for (const [key, value] of Object.entries(values ?? {})) {
      try {
        this.values[key] = normalizeValue(value);
      } catch (error) {
        if ((error as Error).name !== "ValidationException") throw error;
        throw validation(
          `ExpressionAttributeValues contains invalid value: ${(error as Error).message} for key ${key}`,
        );
      }
    }
    this.unusedNames = new Set(Object.keys(this.names));
    this.unusedValues = new Set(Object.keys(this.values));
  }

  path(steps: PathStep[]): Path {
    return steps.map((step) => {
      if (typeof step === "number") return step;
      return "name" in step ? step.name : this.name(step.placeholder);
    });
  }

  value(placeholder: string): AttributeValue {
    const value = attributeOf(this.values, placeholder);
    if (!value) {
      throw validation(
        `An expression attribute value used in expression is not defined; attribute value: ${placeholder}`,
      );
    }
    this.unusedValues.delete(placeholder);
    return value;
  }

  /**
   * Throws the service's ValidationException if the request defines names or values that no expression uses.
   */
  refuseUnused(): void {
    for (const [parameter, unused] of [
      ["ExpressionAttributeNames", this.unusedNames],
      ["ExpressionAttributeValues", this.unusedValues],
    ] as const) {
      if (unused.size > 0) {
        throw validation(
          `Value provided in ${parameter} unused in expressions: keys: {${[...unused].join(", ")}}`,
        );
      }
    }
  }

  private name(placeholder: string): string {
    if (!Object.hasOwn(this.names, placeholder)) {
      throw validation(
        `An expression attribute name used in the document path is not defined; attribute name: ${placeholder}`,
      );
    }
    this.unusedNames.delete(placeholder);
    return this.names[placeholder]!;
  }
}

/** Throws for the first attribute name, in the order of writing, that is a reserved word. */
export function refuseReserved(syntax: Syntax): void {
  if (syntax.kind === "path") refuseReservedSteps(syntax.steps);
  else if (syntax.kind === "call") syntax.arguments.forEach(refuseReserved);
  else if (syntax.kind === "operator") syntax.operands.forEach(refuseReserved);
}

export function refuseReservedSteps(steps: PathStep[]): void {
  for (const step of steps) {
    if (typeof step === "object" && "name" in step && isReserved(step.name)) {
      throw validation(`Attribute name is a reserved keyword; reserved keyword: ${step.name}`);
    }
  }
}

/** "[a, [0], b]", the service's notation for a path in messages. */
export function writePath(path: Path): string {
  return `[${path.map((step) => (typeof step === "number" ? `[${step}]` : step)).join(", ")}]`;
}

/**
 * Throws if two paths of an expression are the same, contain each other, or use one position as list and map.
 */
export function refuseOverlap(paths: Path[]): void {
  let conflict: Error | undefined;
  for (let at = 1; at < paths.length; at++) {
    const path = paths[at]!;
    for (let before = 0; before < at; before++) {
      const earlier = paths[before]!;
      let differs = 0;
      while (differs < earlier.length && earlier[differs] === path[differs]) differs++;
      if (differs === Math.min(earlier.length, path.length)) {
        throw validation(`Two document paths overlap with each other; ${mustChange(earlier, path)}`);
      }
      if (typeof earlier[differs] !== typeof path[differs]) {
        conflict ??= validation(`Two document paths conflict with each other; ${mustChange(earlier, path)}`);
      }
    }
  }
  if (conflict) throw conflict;
}

const mustChange = (one: Path, two: Path) =>
  `must remove or rewrite one of these paths; path one: ${writePath(one)}, path two: ${writePath(two)}`;

function refuseKeys(parameter: string, given: object | undefined, pattern: RegExp): void {
  if (given === undefined) return;
  if (!isObject(given)) throw serialization("Unexpected field type");
  const keys = Object.keys(given);
  if (keys.length === 0) throw validation(`${parameter} must not be empty`);
  const wrong = keys.find((key) => !pattern.test(key));
  if (wrong !== undefined)
    throw validation(`${parameter} contains invalid key: Syntax error; key: "${wrong}"`);
}
