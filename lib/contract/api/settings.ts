import * as z from "zod";
import { Said, Time } from "./common.ts";

export const SettingValue = z
  .union([z.number(), z.string().max(200), z.boolean()])
  .meta({ description: 'A number, a switch, or a text: a duration as in "30 seconds", or a choice' });

/** What has settings. */
export const SettingsOf = z.enum(["workflow", "reaction", "breaker", "limit"]);
export type SettingsOf = z.infer<typeof SettingsOf>;

export const SettingView = z
  .object({
    name: z.string(),
    about: z.string(),
    value: SettingValue.meta({ description: "The value that applies" }),
    default: SettingValue.meta({ description: "The definition's value" }),
    type: z.enum(["number", "duration", "switch", "choice"]),
    least: SettingValue.optional(),
    most: SettingValue.optional(),
    whole: z.boolean().optional().meta({ description: "Of a number: whether it must be whole" }),
    choices: z.array(z.string()).optional(),
    affects: z.enum(["now", "new runs"]).meta({
      description: "What a change affects: everything from now on, or runs that are accepted from now on",
    }),
    set: z
      .object({ value: SettingValue, by: z.string(), why: z.string(), at: Time })
      .optional()
      .meta({ description: "What an operator set; absent if the definition's value applies" }),
    restricted: z
      .boolean()
      .optional()
      .meta({ description: "The set value is outside of the range of the deployed definition" }),
  })
  .meta({ id: "Setting" });
export type SettingView = z.infer<typeof SettingView>;

export const SettingsView = z
  .object({
    revision: z.int().meta({ description: "Counts the changes; 0 before the first" }),
    settings: z.array(SettingView),
  })
  .meta({ id: "Settings" });
export type SettingsView = z.infer<typeof SettingsView>;

export const SettingsRevisionView = z
  .object({
    revision: z.int(),
    by: z.string(),
    why: z.string(),
    at: Time,
    restored: z.int().optional().meta({ description: "The earlier revision that it restored" }),
    changes: z.array(
      z.object({
        name: z.string(),
        from: SettingValue.optional().meta({ description: "Absent: the definition's value" }),
        to: SettingValue.optional().meta({ description: "Absent: the definition's value" }),
      }),
    ),
  })
  .meta({ id: "SettingsRevision" });
export type SettingsRevisionView = z.infer<typeof SettingsRevisionView>;

const Revision = z.int().min(0);
const Seen = Revision.optional().meta({
  description: "The revision that you saw: if there is a later one, nothing is changed",
});

export const ChangeSettings = Said.extend({
  values: z
    .record(z.string().max(200), SettingValue.nullable())
    .refine((values) => Object.keys(values).length > 0, "name at least one setting")
    .meta({ description: "New values by the setting's name; null returns to the definition's value" }),
  revision: Seen,
}).meta({ id: "ChangeSettings" });

export const RestoreSettings = Said.extend({
  restore: Revision.meta({ description: "The revision whose values apply again; 0 for the definition's" }),
  revision: Seen,
}).meta({ id: "RestoreSettings" });
