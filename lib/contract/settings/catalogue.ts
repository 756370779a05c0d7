import type { ControlTarget } from "../keys/control.ts";
import type { Setting } from "./setting.ts";

/** The settings that a deployment has, by what they belong to and its name. */
export type SettingsCatalogue = Record<ControlTarget, Record<string, Setting[]>>;

/** The name of a catalogue's file in the bundle of a function. */
export const SETTINGS_FILE = "settings.json";
