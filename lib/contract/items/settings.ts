import type { ControlTarget } from "../keys/control.ts";
import type { SettingValue } from "../settings/setting.ts";
import type { StoredSettings } from "../settings/stored.ts";
import type { Item, OperatorAction } from "./item.ts";

/** One change of settings. Written together with the change, and never changed afterwards. */
export interface SettingsItem extends Item, OperatorAction {
  kind: "settings";
  target: ControlTarget;
  name: string;
  /** The revision that the change made. */
  settings: number;
  /** The earlier revision that it restored, if it did. */
  restored?: number | undefined;
  /** What changed: each setting before and after; a missing value is the definition's. */
  changes: Record<string, SettingChange>;
  /** All values that were set after the change. */
  values: StoredSettings["values"];
}

export interface SettingChange {
  from?: SettingValue | undefined;
  to?: SettingValue | undefined;
}
