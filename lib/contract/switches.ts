import { DefinitionError } from "./definition-error.ts";

/**
 * Feature switches of a workflow with their defaults, which operators may change without a deployment: on or
 * off, or one of several choices, of which the first is the default.
 */
export type Switches = Readonly<Record<string, boolean | readonly [string, ...string[]]>>;

/** The values of a run's switches, by name. */
export type SwitchValues = Readonly<Record<string, boolean | string>>;

/** The same, as the definition that declares them reads them. */
export type ValuesOf<Of extends Switches> = {
  readonly [Name in keyof Of]: Of[Name] extends readonly string[] ? Of[Name][number] : boolean;
};

const NAME = /^[a-zA-Z][a-zA-Z0-9]{0,39}$/;

/** The definition's values. */
export function defaultsOf(switches: Switches): SwitchValues {
  return Object.fromEntries(
    Object.entries(switches).map(([name, own]) => [name, typeof own === "boolean" ? own : own[0]]),
  );
}

/** Throws a DefinitionError for an invalid switch. */
export function refuseSwitches(workflow: string, switches: Switches): void {
  for (const [name, own] of Object.entries(switches)) {
    if (!NAME.test(name))
      throw new DefinitionError(
        `Workflow "${workflow}": the switch "${name}" must have up to 40 letters and digits, and begin with a letter.`,
      );
    const choices = typeof own === "boolean" ? [] : own;
    if (typeof own !== "boolean" && (choices.length < 2 || new Set(choices).size < choices.length))
      throw new DefinitionError(
        `Workflow "${workflow}": the switch "${name}" needs true or false, or at least two different choices.`,
      );
  }
}
