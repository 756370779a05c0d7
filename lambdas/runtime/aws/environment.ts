import { ENVIRONMENT } from "../../../lib/contract/environment.ts";

/** A variable that the function's construct sets. Throws an error with its name if it is missing. */
export function setting(name: keyof typeof ENVIRONMENT): string {
  const value = process.env[ENVIRONMENT[name]];
  if (!value)
    throw new Error(
      `The environment variable ${ENVIRONMENT[name]} is not set. Deploy this function with its construct.`,
    );
  return value;
}

/** A variable that only some constructs set. */
export function optionalSetting(name: keyof typeof ENVIRONMENT): string | undefined {
  return process.env[ENVIRONMENT[name]] || undefined;
}

/** A variable that holds a number. */
export function numberSetting(name: keyof typeof ENVIRONMENT): number {
  const value = Number(setting(name));
  if (!Number.isFinite(value))
    throw new Error(`The environment variable ${ENVIRONMENT[name]} is not a number.`);
  return value;
}

/** A variable that contains a list, separated by commas; it may be empty. */
export function listSetting(name: keyof typeof ENVIRONMENT): string[] {
  return (process.env[ENVIRONMENT[name]] ?? "").split(",").filter(Boolean);
}
