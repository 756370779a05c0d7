import { DefinitionError } from "./definition-error.ts";

interface Expected {
  /** A field that every definition of this kind has, and no other value. */
  has: string;
  /** What takes it: "w.step runs". */
  use: string;
  /** What to give instead: "a step. Give it what defineStep returns." */
  instead: string;
  /** The line that is wrong. @default that of the caller */
  place?: () => string;
}

/** Throws a DefinitionError for a value that is not a definition of the expected kind. */
export function refuseOther(value: any, { has, use, instead, place }: Expected): void {
  if (value?.[has] !== undefined) return;
  throw new DefinitionError(`${use} ${inWords(value)}, which is not ${instead}`, place?.());
}

/** A definition that is imported is undefined where files import each other. */
function inWords(value: unknown): string {
  if (value === undefined) return "undefined (do two files import each other?)";
  return typeof value === "string" ? `"${value}"` : typeof value === "object" ? "an object" : String(value);
}
