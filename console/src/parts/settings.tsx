import { useState } from "react";
import { useSettings } from "../api/queries.ts";
import type { SettingView } from "../api/types.ts";
import { useSession } from "../app/session.tsx";
import { ActionButton } from "./action-button.tsx";
import { rangeOf, type SettingsChange, SettingsDialog, type SettingsOwner } from "./settings-dialog.tsx";
import { SettingsHistory } from "./settings-history.tsx";
import { Empty, Failed, Loading } from "./states.tsx";
import { When } from "./time.tsx";

/** The settings of a workflow, a reaction, a breaker or a shared limit: values, ranges, the form to change them, the history. */
export function Settings({ of, name, title = "Settings" }: SettingsOwner & { title?: string }) {
  const settings = useSettings({ of, name });
  const [order, setOrder] = useState<SettingsChange>();
  const heading = `settings-${of}-${name}`;
  const { data } = settings;
  return (
    <section className="card" aria-labelledby={heading}>
      <div className="head">
        <h2 id={heading}>{title}</h2>
        <span className="detail">Changed without a deployment, within the ranges of the definition.</span>
      </div>
      {settings.isPending ? (
        <Loading />
      ) : settings.error ? (
        <Failed error={settings.error} again={() => void settings.refetch()} />
      ) : data!.settings.length === 0 ? (
        <Empty icon="workflow" title="No settings">
          <p>The definition has no value that can be changed without a deployment.</p>
        </Empty>
      ) : (
        <ul className="rows" aria-label="Settings">
          {data!.settings.map((setting) => (
            <SettingRow key={setting.name} setting={setting} onChange={setOrder} />
          ))}
        </ul>
      )}
      {data && data.revision > 0 && (
        <SettingsHistory of={of} name={name} current={data.revision} onChange={setOrder} />
      )}
      {order && data && (
        <SettingsDialog owner={{ of, name }} view={data} order={order} onClose={() => setOrder(undefined)} />
      )}
    </section>
  );
}

function SettingRow({
  setting,
  onChange,
}: {
  setting: SettingView;
  onChange: (order: SettingsChange) => void;
}) {
  const { can } = useSession();
  const { name, about, value, set, restricted, affects } = setting;
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
        <ActionButton
          small
          icon="settings"
          allowed={can.operate}
          onClick={() => onChange({ kind: "set", setting })}
        >
          Change
        </ActionButton>
        {set && (
          <ActionButton
            small
            icon="undo"
            allowed={can.operate}
            onClick={() => onChange({ kind: "reset", setting })}
          >
            Reset
          </ActionButton>
        )}
      </span>
    </li>
  );
}
