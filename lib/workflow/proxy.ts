import { DefinitionError } from "../contract/definition-error.ts";
import type { Expression } from "./expression.ts";
import { type Callee, placeOf } from "./place.ts";
import { isWithin, type Recording, type Scope } from "./recording.ts";
import type { Ref } from "./ref.ts";
import type { Shape } from "./shape.ts";

/** The expression behind a reference. */
export interface Described {
  readonly expression: Expression;
  readonly shape: Shape;
  /** Its name in messages: "write-script.title". */
  readonly text: string;
  readonly recording: Recording;
  /** The scope in which it exists. */
  readonly scope: Scope;
  /** Where it was made. */
  readonly place: string;
  /** Records that it was used. */
  readonly use: () => void;
}

const described = new WeakMap<object, Described>();

/** The expression behind a value, if it is a reference. */
export function describe(value: unknown): Described | undefined {
  return typeof value === "object" && value !== null ? described.get(value) : undefined;
}

/**
 * The expression behind a reference that is used here. Throws if the reference does not exist in this scope.
 */
export function use(reference: Described, callee: Callee): Described {
  const { recording, scope, text, place } = reference;
  if (!recording.open) {
    throw new DefinitionError(
      `${text} belongs to workflow "${recording.workflow}", whose definition has ended. References exist only while "run" executes.`,
      placeOf(callee),
    );
  }
  if (!isWithin(recording.scope, scope)) {
    throw new DefinitionError(
      `${text} exists only in ${scope.label}, where it was created at ${place}, but is used in ${recording.scope.label}. Return it from there, and use the result.`,
      placeOf(callee),
    );
  }
  reference.use();
  return reference;
}

/** A reference that has the fields of its shape, and whose misuse throws an error with a remedy. */
export function reference<T>(behind: Described): Ref<T> {
  const { text, shape } = behind;
  const instead = (misuse: string, remedy: string): never => {
    throw new DefinitionError(
      `${text} ${misuse}: it is a placeholder for a value that exists only at run time. ${remedy}`,
    );
  };

  function get(_target: object, key: string | symbol): unknown {
    if (typeof key === "symbol") return SYMBOLS[key.description ?? ""]?.(instead);
    const field = shape.field(key);
    if (field) return readField(behind, key, field, get);
    const misuse = METHODS.get(key);
    if (misuse) return instead(...misuse);
    if (shape.list && LOOPS.includes(key)) return instead(`cannot be iterated with .${key}()`, LOOP_REMEDY);
    if (shape.list) return instead(`is a list and has no .${key}`, LIST_REMEDY);
    if (shape.fields.length === 0) return instead(`has no .${key}`, IN_STEP);
    throw new DefinitionError(`${text} has no field "${key}". It has ${shape.fields.join(", ")}.`);
  }

  // What console.log shows: it reads the target directly, without the traps.
  const target = { [Symbol.for("nodejs.util.inspect.custom")]: () => `Ref(${text})` };
  const proxy = new Proxy(target, {
    get,
    set: (_target, key) =>
      instead(`cannot be given a "${String(key)}"`, "Build a new object with references inside."),
    defineProperty: () => instead("cannot be changed", "Build a new object with references inside."),
    deleteProperty: () => instead("cannot be changed", "Build a new object with references inside."),
    has: () => instead(`cannot be asked with "in"`, "Use exists(…) as a condition of w.when."),
    ownKeys: () =>
      instead("cannot be spread or listed", "Name the fields that you need: { title: script.title }."),
  });
  described.set(proxy, behind);
  return proxy as Ref<T>;
}

function readField(behind: Described, key: string, shape: Shape, callee: Callee): unknown {
  const { expression, text, recording, scope } = behind;
  behind.use();
  const read = { text: `${text}.${key}`, place: placeOf(callee), used: false };
  recording.reads.push(read);
  return reference({
    expression: { kind: "field", of: expression, name: key },
    shape: behind.shape.optional || behind.shape.nullable ? { ...shape, optional: true } : shape,
    text: read.text,
    recording,
    scope,
    place: behind.place,
    use: () => {
      read.used = true;
    },
  });
}

/** Throws for fields that were read and not used: an `if` on a reference, a comparison, a forgotten line. */
export function refuseUnused(recording: Recording): void {
  const [first, ...others] = recording.reads.filter(({ used }) => !used);
  if (!first) return;
  const list = [first.text, ...others.map(({ text, place }) => `${text} at ${place}`)].join("; ");
  throw new DefinitionError(
    `Workflow "${recording.workflow}" reads values that it does not use: ${list}. "if" and "===" cannot test a reference, which is always truthy: use w.when with eq, gt, exists or not. Remove the read if it is not needed.`,
    first.place,
  );
}

type Instead = (misuse: string, remedy: string) => never;

const LOOP_REMEDY = "Use w.each(list, (item) => …) to do something for each item.";
const LIST_REMEDY = "Use w.each for each item, or at(list, 0) for one.";
const TEXT_REMEDY = "Use text`…${reference}…` to build a string with it.";
const IN_STEP = "Process the value in a step.";

/** The symbols that JavaScript reads of a value. Others, such as those of test runners, get no answer. */
const SYMBOLS: Record<string, ((instead: Instead) => never) | undefined> = {
  "Symbol.toPrimitive": (instead) =>
    instead(
      "cannot be compared, calculated with or put into a template string",
      `${TEXT_REMEDY} Compare with eq, gt, lt within w.when.`,
    ),
  "Symbol.iterator": (instead) => instead("cannot be iterated or spread", LOOP_REMEDY),
  "Symbol.asyncIterator": (instead) => instead("cannot be iterated", LOOP_REMEDY),
};

/** The names that JavaScript reads of every value, and what to write instead. */
const METHODS: ReadonlyMap<string, readonly [misuse: string, remedy: string]> = new Map([
  ["then", ["cannot be awaited", "Pass it to another step as input; the run waits for it automatically."]],
  ["toJSON", ["cannot be turned into JSON", "Pass it to a step directly; the step receives the value."]],
  ["toString", ["cannot be turned into a string", TEXT_REMEDY]],
  ["valueOf", ["cannot be turned into a value", IN_STEP]],
]);

/** Methods that loop. */
const LOOPS = ["map", "forEach", "flatMap", "filter", "reduce", "entries", "keys", "values"];
