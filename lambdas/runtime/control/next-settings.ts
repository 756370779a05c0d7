import type { ChangeSettings } from "../../../lib/contract/messages/command.ts";
import { refusalOf, type Setting } from "../../../lib/contract/settings/setting.ts";
import type { SetValue, StoredSettings } from "../../../lib/contract/settings/stored.ts";
import type { SettingChange } from "../../../lib/contract/table.ts";
import { Refusal } from "./refusal.ts";

/** Settings after a command, and what it changed. */
export interface NextSettings {
  stored: StoredSettings;
  changes: Record<string, SettingChange>;
}

/** What a command asks for: single values, or those of an earlier revision. */
export type WantedSettings = Pick<ChangeSettings, "values" | "revision"> & {
  restored?: StoredSettings["values"] | undefined;
};

/**
 * The settings after a change. Throws a Refusal for an unknown setting, for a value outside of its range, if
 * nothing would change, and if there is a later revision than the operator saw. Values that are only restored
 * may be outside of a range that a deployment has narrowed since: they are restricted when they are read.
 */
export function nextSettings(
  before: StoredSettings = { revision: 0, values: {} },
  { values = {}, restored, revision }: WantedSettings,
  known: readonly Setting[],
  by: Omit<SetValue, "value">,
): NextSettings {
  if (revision !== undefined && revision !== before.revision)
    throw new Refusal(
      `The settings are at revision ${before.revision}, and the command is about revision ${revision}. Look at the current values, then send the command again.`,
    );
  const after = restored ?? { ...before.values, ...setTo(values, known, by) };
  const names = [...new Set([...Object.keys(before.values), ...Object.keys(after)])].sort();
  const stored: StoredSettings["values"] = {};
  const changes: NextSettings["changes"] = {};
  for (const name of names) {
    const [from, to] = [before.values[name], after[name]];
    if (from?.value !== to?.value) changes[name] = { from: from?.value, to: to?.value };
    if (to) stored[name] = from?.value === to.value ? from : { ...to, ...by };
  }
  if (Object.keys(changes).length === 0)
    throw new Refusal("Nothing would change: the settings have these values already.");
  return { stored: { revision: before.revision + 1, values: stored }, changes };
}

function setTo(
  values: NonNullable<ChangeSettings["values"]>,
  known: readonly Setting[],
  by: Omit<SetValue, "value">,
): Record<string, SetValue | undefined> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      // What is no longer declared can still be removed.
      if (value === null) return [name, undefined];
      const setting = known.find((one) => one.name === name);
      const refusal = setting ? refusalOf(setting, value) : undefined;
      if (!setting)
        throw new Refusal(
          `There is no setting "${name}". Available: ${known.map((one) => one.name).join(", ") || "none"}.`,
        );
      if (refusal) throw new Refusal(`The setting ${name}: ${refusal}.`);
      return [name, { value, ...by }];
    }),
  );
}
