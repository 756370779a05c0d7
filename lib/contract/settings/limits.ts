import { DefinitionError } from "../definition-error.ts";
import { refusalOf, type Setting, type SettingLimits, type SettingRange } from "./setting.ts";

/** The limits that a workflow's definition sets for its settings, by name. */
type Limits = Readonly<Record<string, SettingLimits>>;

/** Settings within the limits of a definition, without those that it fixes. */
export function limited(settings: readonly Setting[], limits: Limits = {}): Setting[] {
  return settings.flatMap((setting) => {
    const limit = limits[setting.name];
    if (limit === "fixed") return [];
    return limit ? [{ ...setting, range: { ...setting.range, ...limit } as SettingRange }] : [setting];
  });
}

/**
 * Throws a DefinitionError if a definition limits a setting that it does not have, or so that its own value
 * does not fit. `all`: its settings without these limits.
 */
export function refuseLimits(
  { name: workflow, settings = {} }: { readonly name: string; readonly settings?: Limits | undefined },
  all: readonly Setting[],
  limitedSettings: readonly Setting[],
): void {
  const unknown = Object.keys(settings).find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new DefinitionError(
      `Workflow "${workflow}" limits the setting "${unknown}", which it does not have. Its settings: ${all.map(({ name }) => name).join(", ")}.`,
    );
  for (const setting of limitedSettings) {
    const refusal = refusalOf(setting, setting.default);
    if (refusal)
      throw new DefinitionError(
        `Workflow "${workflow}": by the limits in "settings", its own value of "${setting.name}" ${refusal}.`,
      );
  }
}
