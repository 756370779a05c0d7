import { useId, useState } from "react";
import type { SettingsView, SettingView } from "../api/types.ts";
import { ActionDialog } from "../parts/action-dialog.tsx";

/** What has settings, by the API's path. */
export type SettingsOwner = { of: "workflow" | "reaction" | "breaker" | "limit"; name: string };

/** What an operator is about to change. */
export type SettingsChange =
  | { kind: "set"; setting: SettingView }
  | { kind: "reset"; setting: SettingView }
  | { kind: "restore"; revision: number };

/** The form of a change: a new value, the value of the definition, or the values of an earlier revision. */
export function SettingsDialog({
  owner: { of, name },
  view: { revision },
  change,
  onClose,
}: {
  owner: SettingsOwner;
  view: SettingsView;
  change: SettingsChange;
  onClose: () => void;
}) {
  const [text, setText] = useState(change.kind === "set" ? String(change.setting.value) : "");
  const resource = `settings/${of}/${encodeURIComponent(name)}`;
  // The revision that is shown: if another operator was faster, the change is refused.
  const common = { refresh: [["settings", of, name]], confirm: "Change", onClose };
  if (change.kind === "restore")
    return (
      <ActionDialog
        {...common}
        title={`Restore the settings of ${name}`}
        description={
          change.revision === 0
            ? "The values of the definition apply again."
            : `The values of revision ${change.revision} apply again.`
        }
        resource={`${resource}/restore`}
        body={{ restore: change.revision, revision }}
        confirm="Restore"
      />
    );
  const { setting } = change;
  if (change.kind === "reset")
    return (
      <ActionDialog
        {...common}
        title={`Reset ${setting.name}`}
        description={`The value of the definition applies again: ${setting.default}.`}
        resource={resource}
        body={{ values: { [setting.name]: null }, revision }}
        confirm="Reset"
      />
    );
  const value = valueIn(setting, text);
  return (
    <ActionDialog
      {...common}
      title={`Change ${setting.name}`}
      description={`${setting.about}: ${rangeOf(setting)}. Default: ${setting.default}.`}
      resource={resource}
      body={{ values: { [setting.name]: value }, revision }}
      wrong={value === undefined ? "Enter a number." : undefined}
    >
      <Field setting={setting} text={text} onText={setText} />
    </ActionDialog>
  );
}

function Field({
  setting,
  text,
  onText,
}: {
  setting: SettingView;
  text: string;
  onText: (text: string) => void;
}) {
  const options = setting.type === "switch" ? ["true", "false"] : setting.choices;
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>Value</label>
      {options ? (
        <select id={id} className="input" value={text} onChange={(event) => onText(event.target.value)}>
          {options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          className="input"
          value={text}
          inputMode={setting.type === "number" ? "decimal" : "text"}
          onChange={(event) => onText(event.target.value)}
        />
      )}
    </div>
  );
}

/** The value of a text, which the API checks against the range. */
function valueIn({ type }: SettingView, text: string): SettingView["value"] | undefined {
  const given = text.trim();
  if (type === "switch") return given === "true";
  if (type !== "number") return given;
  return given === "" || !Number.isFinite(Number(given)) ? undefined : Number(given);
}

/** Whether the definition allows one value only. */
export function isFixed({ least, most }: SettingView): boolean {
  return least !== undefined && least === most;
}

export function rangeOf(setting: SettingView): string {
  const { type, least, most, choices } = setting;
  if (isFixed(setting)) return "the definition allows no other value";
  if (type === "switch") return "true or false";
  return choices ? `one of ${choices.join(", ")}` : `from ${least} to ${most}`;
}
