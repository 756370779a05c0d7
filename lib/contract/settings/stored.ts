import { milliseconds } from "../duration.ts";
import type { OperatorAction } from "../items/item.ts";
import { type Setting, type SettingValue, withinRange } from "./setting.ts";

/** A value that an operator has set, with who, why and when. */
export interface SetValue extends Omit<OperatorAction, "key"> {
  value: SettingValue;
}

/** The values that operators have set in place of a definition's own. */
export interface StoredSettings {
  /** Counts the changes of the settings. */
  revision: number;
  values: Record<string, SetValue>;
}

/** What a run records of the settings that it was accepted under. */
export interface RunSettings {
  revision: number;
  /** The values that were set, each as it applied; all others were those of the definition. */
  values: Record<string, SettingValue>;
}

/** A definition with the values that operators have set in place of its own. */
export function under<Definition extends object>(
  definition: Definition,
  settings: readonly Setting[],
  stored: StoredSettings | undefined,
): Definition {
  if (!stored) return definition;
  return settings.reduce((changed, setting) => {
    const set = stored.values[setting.name];
    return set ? withValue(changed, setting.name.split("."), withinRange(setting, set.value)) : changed;
  }, definition);
}

/** The value of a definition at a path: "perKey.starts". */
export function valueAt(definition: object, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], definition);
}

function withValue<Part extends object>(part: Part, [name, ...rest]: string[], value: SettingValue): Part {
  const before = (part as Record<string, unknown>)[name!];
  const after = rest.length > 0 ? withValue(before as object, rest, value) : inUnit(before, value);
  return { ...part, [name!]: after };
}

/** Where a definition has a number, a duration is in milliseconds. */
function inUnit(before: unknown, value: SettingValue): SettingValue {
  return typeof before === "number" && typeof value === "string"
    ? milliseconds(value as Parameters<typeof milliseconds>[0])
    : value;
}

/**
 * What a run records. Values of settings that are not known here, those of steps, are recorded as they are:
 * the worker restricts them by the step's definition.
 */
export function recorded(
  settings: readonly Setting[],
  stored: StoredSettings | undefined,
): RunSettings | undefined {
  if (!stored) return undefined;
  const values = Object.entries(stored.values).map(([name, { value }]) => {
    const setting = settings.find((one) => one.name === name);
    return [name, setting ? withinRange(setting, value) : value] as const;
  });
  return { revision: stored.revision, values: Object.fromEntries(values) };
}
