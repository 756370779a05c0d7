import { isObject } from "../../../lib/contract/is-object.ts";
import { Refusal } from "./refusal.ts";

/** The fields of a command as they were received. */
export type Fields = Readonly<Record<string, unknown>>;

/** Throws a Refusal that names an invalid field. */
export function refuseUnless(holds: unknown, field: string, wanted: string): void {
  if (!holds) throw new Refusal(`The field "${field}" of the command is not valid. It must be ${wanted}.`);
}

export function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

export function isTime(value: unknown): boolean {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}

/** Values of settings, by their names. */
export function isValues(value: unknown): boolean {
  return (
    isObject(value) &&
    Object.keys(value).length > 0 &&
    Object.values(value).every((one) => one === null || ["number", "string", "boolean"].includes(typeof one))
  );
}
