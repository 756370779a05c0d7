import { isDataObject } from "../../kernel/raw-number.ts";
import { type Diagnostic, schemaError } from "./diagnostic.ts";

export type QueryLanguage = "JSONPath" | "JSONata";

/** The location of a value in the definition, and the settings that apply there. */
export interface Place {
  location: string;
  /** Of the state that the value belongs to. */
  language: QueryLanguage;
  machine: { language: QueryLanguage; type: "STANDARD" | "EXPRESS" };
  /** The value belongs to a Catch clause, where expressions see `$states.errorOutput`. */
  catching?: boolean;
}

/** A rule about a value: what is wrong with it. */
export type Check = (value: unknown, place: Place) => Diagnostic[];

export function inField(place: Place, name: string): Place {
  return { ...place, location: place.location === "/" ? `/${name}` : `${place.location}/${name}` };
}

export const anything: Check = () => [];

/** The value must be of a JSON type, named as the service names it. */
function typed(name: string, test: (value: unknown) => boolean): Check {
  return (value, { location }) =>
    test(value) ? [] : schemaError(`Expected value of type ${name}`, location);
}

export const string = typed("String", (value) => typeof value === "string");
export const boolean = typed("Boolean", (value) => typeof value === "boolean");
export const object = typed("Object", isDataObject);
const array = typed("Array", Array.isArray);

/** Applies `then` to values that `first` accepts. */
export function both(first: Check, then: Check): Check {
  return (value, place) => {
    const problems = first(value, place);
    return problems.length > 0 ? problems : then(value, place);
  };
}

export function integer(least: number, most = Number.MAX_SAFE_INTEGER): Check {
  return both(typed("Integer", Number.isInteger), within(least, most));
}

export function number(least: number, most = Number.POSITIVE_INFINITY): Check {
  return both(
    typed("Number", (value) => typeof value === "number"),
    within(least, most),
  );
}

function within(least: number, most: number): Check {
  return (value, { location }) => {
    if ((value as number) < least) return schemaError(`Value must not be less than ${least}`, location);
    return (value as number) > most ? schemaError(`Value must not be greater than ${most}`, location) : [];
  };
}

export function oneOf(...values: string[]): Check {
  return (value, { location }) => {
    if (values.includes(value as string)) return [];
    const field = location.slice(location.lastIndexOf("/") + 1);
    return schemaError(
      `The field '${field}' should have one of these values: [${values.join(", ")}]`,
      location,
    );
  };
}

export function nullOr(check: Check): Check {
  return (value, place) => (value === null ? [] : check(value, place));
}

/** Requires a list, which may be empty. */
export function items(item: Check): Check {
  return both(array, (value, place) =>
    (value as unknown[]).flatMap((one, index) =>
      item(one, { ...place, location: `${place.location}[${index}]` }),
    ),
  );
}

/** Requires a list of at least one item. */
export function listOf(item: Check): Check {
  return both(array, (value, place) =>
    (value as unknown[]).length === 0
      ? schemaError("Value cannot be empty", place.location)
      : items(item)(value, place),
  );
}

/** A field of an object: its rule, and the only query language that has it, where one has not. */
export interface Field {
  check: Check;
  language?: QueryLanguage;
}

export function jsonPathOnly(check: Check): Field {
  return { check, language: "JSONPath" };
}

export function jsonataOnly(check: Check): Field {
  return { check, language: "JSONata" };
}

export interface Shape {
  fields: Record<string, Field | Check>;
  required?: string[];
  /** Groups of fields: exactly one field of each is required. */
  exactlyOne?: string[][];
  /** Groups of fields: at most one field of each is allowed. */
  atMostOne?: string[][];
}

/** Requires an object with these fields and no others. */
export function shape({ fields, required = [], exactlyOne = [], atMostOne = [] }: Shape): Check {
  return both(object, (value, place) => {
    const given = value as Record<string, unknown>;
    const missing = required.filter((name) => !Object.hasOwn(given, name));
    return [
      ...(missing.length > 0
        ? schemaError(`These fields are required: [${missing.join(", ")}]`, place.location)
        : []),
      ...exactlyOne
        .filter((group) => present(given, group).length !== 1)
        .flatMap((group) =>
          schemaError(`Exactly one of these fields is required: [${group.join(", ")}]`, place.location),
        ),
      ...excluding(...atMostOne)(given, place),
      ...Object.entries(given).flatMap(([name, content]) => checkField(fields, name, content, place)),
    ];
  });
}

/** An object that has of each group one field at most. */
export function excluding(...groups: string[][]): Check {
  return both(object, (value, { location }) =>
    groups
      .filter((group) => present(value as Record<string, unknown>, group).length > 1)
      .flatMap((group) =>
        schemaError(`Only one of these fields is allowed: [${group.join(", ")}]`, location),
      ),
  );
}

function present(given: Record<string, unknown>, group: string[]): string[] {
  return group.filter((name) => Object.hasOwn(given, name));
}

function checkField(fields: Shape["fields"], name: string, content: unknown, place: Place): Diagnostic[] {
  const entry = Object.hasOwn(fields, name) ? fields[name]! : undefined;
  if (entry === undefined) return schemaError(`Field '${name}' is not supported`, place.location);
  const { check, language }: Field = typeof entry === "function" ? { check: entry } : entry;
  if (language !== undefined && language !== place.language) {
    return schemaError(
      `The QueryLanguage is set to '${place.language}', but field '${name}' is only supported for the ` +
        `'${language}' QueryLanguage`,
      place.location,
    );
  }
  return check(content, inField(place, name));
}
