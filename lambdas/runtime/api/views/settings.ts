import type { SettingsRevisionView, SettingsView, SettingView } from "../../../../lib/contract/api/index.ts";
import { type Setting, withinRange } from "../../../../lib/contract/settings/setting.ts";
import type { StoredSettings } from "../../../../lib/contract/settings/stored.ts";
import type { SettingsItem } from "../../../../lib/contract/table.ts";

/** The settings as they apply, with what operators have set. */
export function settingsView(
  known: readonly Setting[],
  stored: StoredSettings = { revision: 0, values: {} },
): SettingsView {
  return {
    revision: stored.revision,
    settings: known.map((setting) => settingView(setting, stored.values[setting.name])),
  };
}

function settingView(setting: Setting, set: StoredSettings["values"][string] | undefined): SettingView {
  const { name, about, affects, range } = setting;
  const value = withinRange(setting, set?.value);
  return {
    name,
    about,
    value,
    default: setting.default,
    affects,
    ...rangeView(range),
    ...(set && { set: { value: set.value, by: set.by, why: set.why, at: set.at } }),
    ...(set && set.value !== value && { restricted: true }),
  };
}

function rangeView(range: Setting["range"]) {
  return range.type === "choice" ? { type: range.type, choices: [...range.of] } : range;
}

export function revisionView({
  settings,
  by,
  why,
  at,
  restored,
  changes,
}: SettingsItem): SettingsRevisionView {
  return {
    revision: settings,
    by,
    why,
    at,
    restored,
    changes: Object.entries(changes).map(([name, change]) => ({ name, ...change })),
  };
}
