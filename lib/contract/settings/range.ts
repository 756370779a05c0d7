import { type Duration, milliseconds } from "../duration.ts";
import type { SettingRange } from "./setting.ts";

/** Whole numbers. */
export const whole = (least: number, most: number): SettingRange => ({
  type: "number",
  least,
  most,
  whole: true,
});

/** Numbers that may have a fraction. */
export const amount = (least: number, most: number): SettingRange => ({
  type: "number",
  least,
  most,
  whole: false,
});

/** Durations. */
export const lasting = (least: Duration, most: Duration): SettingRange => ({ type: "duration", least, most });

/** A range that is extended, where necessary, to include a definition's own value. */
export function including(range: SettingRange, own: unknown): SettingRange {
  if (range.type === "number") {
    const value = own as number;
    return { ...range, least: Math.min(range.least, value), most: Math.max(range.most, value) };
  }
  if (range.type !== "duration") return range;
  const value = own as Duration;
  const [least, most] = [milliseconds(range.least), milliseconds(range.most)];
  const length = milliseconds(value);
  return { ...range, ...(length < least && { least: value }), ...(length > most && { most: value }) };
}
