import type { Arm } from "./arms.ts";

const least = (value: unknown, limit: number) => typeof value === "number" && value >= limit;
const most = (value: unknown, limit: number) => typeof value === "number" && value <= limit;

/** For each limiting keyword: whether what one schema lets through is within the limit of another. */
export const BOUNDS: Record<string, (sent: Arm, limit: number) => boolean> = {
  minimum: (sent, limit) => least(sent.minimum, limit) || least(sent.exclusiveMinimum, limit),
  maximum: (sent, limit) => most(sent.maximum, limit) || most(sent.exclusiveMaximum, limit),
  exclusiveMinimum: (sent, limit) =>
    least(sent.exclusiveMinimum, limit) || (least(sent.minimum, limit) && sent.minimum !== limit),
  exclusiveMaximum: (sent, limit) =>
    most(sent.exclusiveMaximum, limit) || (most(sent.maximum, limit) && sent.maximum !== limit),
  multipleOf: (sent, factor) => typeof sent.multipleOf === "number" && sent.multipleOf % factor === 0,
  minLength: (sent, limit) => limit === 0 || least(sent.minLength, limit),
  maxLength: (sent, limit) => most(sent.maxLength, limit),
  minItems: (sent, limit) => limit === 0 || least(sent.minItems, limit),
  maxItems: (sent, limit) => most(sent.maxItems, limit),
  minProperties: (sent, limit) => limit === 0 || least(sent.minProperties, limit),
  maxProperties: (sent, limit) => most(sent.maxProperties, limit),
};

/** The narrowest bounds around a value. */
export function boundsOf(value: unknown): Arm {
  if (typeof value === "number") return { minimum: value, maximum: value, multipleOf: value };
  if (typeof value === "string") {
    const length = [...value].length;
    return { minLength: length, maxLength: length };
  }
  return {};
}
