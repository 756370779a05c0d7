import { type Duration, milliseconds } from "../duration.ts";

/** The value of a setting. A duration is text, as in definitions: "30 seconds". */
export type SettingValue = number | string | boolean;

/** The values that a setting accepts. */
export type SettingRange =
  | { readonly type: "number"; readonly least: number; readonly most: number; readonly whole: boolean }
  | { readonly type: "duration"; readonly least: Duration; readonly most: Duration }
  | { readonly type: "switch" }
  | { readonly type: "choice"; readonly of: readonly string[] };

/**
 * A value of a definition that an operator may change without a deployment. Its name is the value's path in
 * the definition: "perKey.starts".
 */
export interface Setting {
  readonly name: string;
  /** The value of the definition. */
  readonly default: SettingValue;
  readonly range: SettingRange;
  /** What a change affects: everything from now on, or the runs that are accepted from now on. */
  readonly affects: "now" | "new runs";
  readonly about: string;
}

/** Limits that a definition sets for one of its settings, or "fixed" for one that may not be changed. */
export type SettingLimits =
  | "fixed"
  | { readonly least?: number | Duration; readonly most?: number | Duration };

/** Why a setting does not accept a value: the rest of "The setting x …". Undefined if it does. */
export function refusalOf({ range }: Pick<Setting, "range">, value: unknown): string | undefined {
  const given = `${JSON.stringify(value)} is not accepted; it must be`;
  switch (range.type) {
    case "number": {
      const { least, most, whole } = range;
      const isNumber = typeof value === "number" && (!whole || Number.isInteger(value));
      const fits = isNumber && value >= least && value <= most;
      return fits ? undefined : `${given} a ${whole ? "whole " : ""}number from ${least} to ${most}`;
    }
    case "duration": {
      const { least, most } = range;
      const length = lengthOf(value);
      const fits = length !== undefined && length >= milliseconds(least) && length <= milliseconds(most);
      return fits ? undefined : `${given} a duration from "${least}" to "${most}"`;
    }
    case "switch":
      return typeof value === "boolean" ? undefined : `${given} true or false`;
    case "choice":
      return range.of.includes(value as string) ? undefined : `${given} one of ${range.of.join(", ")}`;
  }
}

/**
 * The value that applies. A deployment may have narrowed the range since a value was set: then the nearest
 * value within the range applies, or the default if there is none.
 */
export function withinRange(
  setting: Pick<Setting, "default" | "range">,
  value: SettingValue | undefined,
): SettingValue {
  const { range } = setting;
  if (value === undefined) return setting.default;
  if (refusalOf(setting, value) === undefined) return value;
  if (range.type === "number" && typeof value === "number" && Number.isFinite(value)) {
    const nearest = Math.min(Math.max(value, range.least), range.most);
    return range.whole ? Math.floor(nearest) : nearest;
  }
  const length = range.type === "duration" ? lengthOf(value) : undefined;
  if (range.type !== "duration" || length === undefined) return setting.default;
  return length < milliseconds(range.least) ? range.least : range.most;
}

/** The milliseconds of a duration; undefined for any other value. */
function lengthOf(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  try {
    return milliseconds(value as Duration);
  } catch {
    return undefined;
  }
}
