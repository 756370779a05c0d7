import { useState } from "react";
import { useSettings } from "../api/queries.ts";
import type { SettingsView, SettingView } from "../api/types.ts";
import { useSession } from "../app/session.tsx";
import { ActionButton } from "../parts/action-button.tsx";
import { Answer } from "../parts/answer.tsx";
import { Card } from "../parts/card.tsx";
import type { IconName } from "../parts/icon.tsx";
import { Empty } from "../parts/states.tsx";
import { When } from "../parts/time.tsx";
import {
  isFixed,
  rangeOf,
  type SettingsChange,
  SettingsDialog,
  type SettingsOwner,
} from "./settings-dialog.tsx";
import { SettingsHistory } from "./settings-history.tsx";

/** The settings of a workflow, a reaction, a breaker or a shared limit: values, ranges, the form to change them, the history. */
export function Settings({ of, name, title = "Settings" }: SettingsOwner & { title?: string }) {
  const settings = useSettings({ of, name });
  const [change, setChange] = useState<SettingsChange>();
  const { data } = settings;
  return (
    <Card
      title={title}
      aside={
        <span className="detail">Changed without a deployment, within the ranges of the definition.</span>
      }
    >
      <Answer query={settings}>{(view) => <SettingRows view={view} onChange={setChange} />}</Answer>
      {data && data.revision > 0 && (
        <SettingsHistory of={of} name={name} current={data.revision} onChange={setChange} />
      )}
      {change && data && (
        <SettingsDialog
          owner={{ of, name }}
          view={data}
          change={change}
          onClose={() => setChange(undefined)}
        />
      )}
    </Card>
  );
}

function SettingRows({
  view: { settings },
  onChange,
}: {
  view: SettingsView;
  onChange: (change: SettingsChange) => void;
}) {
  if (settings.length === 0) {
    return (
      <Empty icon="workflow" title="No settings">
        <p>The definition has no value that can be changed without a deployment.</p>
      </Empty>
    );
  }
  return (
    <ul className="rows" aria-label="Settings">
      {settings.map((setting) => (
        <SettingRow key={setting.name} setting={setting} onChange={onChange} />
      ))}
    </ul>
  );
}

function SettingRow({
  setting,
  onChange,
}: {
  setting: SettingView;
  onChange: (change: SettingsChange) => void;
}) {
  const { can } = useSession();
  const { name, about, value, set, restricted, affects } = setting;
  const button = (kind: "set" | "reset", icon: IconName, text: string) => (
    <ActionButton small icon={icon} allowed={can.operate} onClick={() => onChange({ kind, setting })}>
      {text}
    </ActionButton>
  );
  return (
    <li className="row wrap" aria-label={name}>
      <div className="grow">
        <span className="mono">{name}</span> <strong>{String(value)}</strong>
        {set && (
          <>
            {" "}
            <span className="chip">set</span>
          </>
        )}
        <p className="detail wrap-anywhere">
          {about}. Default {String(setting.default)}; {rangeOf(setting)}
          {affects === "new runs" && "; for runs that are accepted from now on"}.
          {restricted && ` The set value ${String(set!.value)} is outside of the range.`}
          {set && (
            <>
              {" "}
              Set by {set.by} <When at={set.at} />: {set.why}
            </>
          )}
        </p>
      </div>
      <span className="row wrap">
        {!isFixed(setting) && button("set", "settings", "Change")}
        {set && button("reset", "undo", "Reset")}
      </span>
    </li>
  );
}
