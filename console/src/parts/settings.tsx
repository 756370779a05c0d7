import { useId, useState } from "react";
import { useSettings, useSettingsHistory } from "../api/queries.ts";
import type { SettingsRevisionView, SettingsView, SettingView } from "../api/types.ts";
import { useSession } from "../app/session.tsx";
import { OrderButton, OrderDialog } from "./action-dialog.tsx";
import { Empty, Failed, Loading } from "./states.tsx";
import { When } from "./time.tsx";

/** What has settings, by the API's path. */
export type SettingsOwner = { of: "workflow" | "reaction" | "breaker"; name: string };

type Value = SettingView["value"];

/** What an operator is about to change. */
type Order =
  | { kind: "set"; setting: SettingView }
  | { kind: "reset"; setting: SettingView }
  | { kind: "restore"; revision: number };

/** The settings of a workflow, a reaction or a breaker: values, ranges, the form to change them, the history. */
export function Settings({ of, name, title = "Settings" }: SettingsOwner & { title?: string }) {
  const settings = useSettings({ of, name });
  const [order, setOrder] = useState<Order>();
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
            <SettingRow key={setting.name} setting={setting} onOrder={setOrder} />
          ))}
        </ul>
      )}
      {data && data.revision > 0 && (
        <History of={of} name={name} current={data.revision} onOrder={setOrder} />
      )}
      {order && data && (
        <ChangeDialog owner={{ of, name }} view={data} order={order} onClose={() => setOrder(undefined)} />
      )}
    </section>
  );
}

function SettingRow({ setting, onOrder }: { setting: SettingView; onOrder: (order: Order) => void }) {
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
        <OrderButton
          small
          icon="settings"
          allowed={can.operate}
          onClick={() => onOrder({ kind: "set", setting })}
        >
          Change
        </OrderButton>
        {set && (
          <OrderButton
            small
            icon="undo"
            allowed={can.operate}
            onClick={() => onOrder({ kind: "reset", setting })}
          >
            Reset
          </OrderButton>
        )}
      </span>
    </li>
  );
}

function rangeOf({ type, least, most, choices }: SettingView): string {
  if (type === "switch") return "true or false";
  return choices ? `one of ${choices.join(", ")}` : `from ${least} to ${most}`;
}

function History({
  current,
  onOrder,
  ...owner
}: SettingsOwner & { current: number; onOrder: (order: Order) => void }) {
  const { can } = useSession();
  const history = useSettingsHistory(owner, current);
  if (!history.data)
    return history.error ? (
      <Failed error={history.error} again={() => void history.refetch()} />
    ) : (
      <Loading />
    );
  return (
    <details>
      <summary style={{ padding: "12px 16px" }}>History, and the way back</summary>
      <ul className="rows" aria-label="History">
        {history.data.map((revision) => (
          <li key={revision.revision} className="row wrap" aria-label={`Revision ${revision.revision}`}>
            <div className="grow">
              <span className="number">{revision.revision}</span>{" "}
              <span className="wrap-anywhere">{changesOf(revision)}</span>
              <p className="detail wrap-anywhere">
                {revision.by}, <When at={revision.at} />: {revision.why}
              </p>
            </div>
            {revision.revision < current && (
              <OrderButton
                small
                icon="retry"
                allowed={can.operate}
                onClick={() => onOrder({ kind: "restore", revision: revision.revision })}
              >
                Restore
              </OrderButton>
            )}
          </li>
        ))}
        <li className="row wrap">
          <span className="grow">0 The values of the definition</span>
          <OrderButton
            small
            icon="retry"
            allowed={can.operate}
            onClick={() => onOrder({ kind: "restore", revision: 0 })}
          >
            Restore
          </OrderButton>
        </li>
      </ul>
    </details>
  );
}

function changesOf({ changes, restored }: SettingsRevisionView): string {
  const said = (value: Value | undefined) => (value === undefined ? "default" : String(value));
  const all = changes.map(({ name, from, to }) => `${name}: ${said(from)} → ${said(to)}`).join(", ");
  return restored === undefined ? all : `${all} (as in revision ${restored})`;
}

function ChangeDialog({
  owner: { of, name },
  view: { revision },
  order,
  onClose,
}: {
  owner: SettingsOwner;
  view: SettingsView;
  order: Order;
  onClose: () => void;
}) {
  const [text, setText] = useState(order.kind === "set" ? String(order.setting.value) : "");
  const resource = `settings/${of}/${encodeURIComponent(name)}`;
  // The revision that is shown: if another operator was faster, the change is refused.
  const common = { refresh: [["settings", of, name]], confirm: "Change", onClose };
  if (order.kind === "restore")
    return (
      <OrderDialog
        {...common}
        title={`Restore the settings of ${name}`}
        says={
          order.revision === 0
            ? "The values of the definition apply again."
            : `The values of revision ${order.revision} apply again.`
        }
        resource={`${resource}/restore`}
        body={{ restore: order.revision, revision }}
        confirm="Restore"
      />
    );
  const { setting } = order;
  if (order.kind === "reset")
    return (
      <OrderDialog
        {...common}
        title={`Reset ${setting.name}`}
        says={`The value of the definition applies again: ${setting.default}.`}
        resource={resource}
        body={{ values: { [setting.name]: null }, revision }}
        confirm="Reset"
      />
    );
  const value = valueIn(setting, text);
  return (
    <OrderDialog
      {...common}
      title={`Change ${setting.name}`}
      says={`${setting.about}: ${rangeOf(setting)}. Default: ${setting.default}.`}
      resource={resource}
      body={{ values: { [setting.name]: value }, revision }}
      wrong={value === undefined ? "Enter a number." : undefined}
    >
      <Field setting={setting} text={text} onText={setText} />
    </OrderDialog>
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
function valueIn({ type }: SettingView, text: string): Value | undefined {
  const given = text.trim();
  if (type === "switch") return given === "true";
  if (type !== "number") return given;
  return given === "" || !Number.isFinite(Number(given)) ? undefined : Number(given);
}
