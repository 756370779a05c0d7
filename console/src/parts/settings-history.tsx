import { useSettingsHistory } from "../api/queries.ts";
import type { SettingsRevisionView, SettingView } from "../api/types.ts";
import { useSession } from "../app/session.tsx";
import { ActionButton } from "./action-button.tsx";
import type { SettingsChange, SettingsOwner } from "./settings-dialog.tsx";
import { Failed, Loading } from "./states.tsx";
import { When } from "./time.tsx";

/** The revisions of settings, newest first; each earlier one can be restored. */
export function SettingsHistory({
  current,
  onChange,
  ...owner
}: SettingsOwner & { current: number; onChange: (order: SettingsChange) => void }) {
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
      <summary style={{ padding: "12px 16px" }}>History and restore</summary>
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
              <ActionButton
                small
                icon="retry"
                allowed={can.operate}
                onClick={() => onChange({ kind: "restore", revision: revision.revision })}
              >
                Restore
              </ActionButton>
            )}
          </li>
        ))}
        <li className="row wrap">
          <span className="grow">0 The values of the definition</span>
          <ActionButton
            small
            icon="retry"
            allowed={can.operate}
            onClick={() => onChange({ kind: "restore", revision: 0 })}
          >
            Restore
          </ActionButton>
        </li>
      </ul>
    </details>
  );
}

function changesOf({ changes, restored }: SettingsRevisionView): string {
  const said = (value: SettingView["value"] | undefined) => (value === undefined ? "default" : String(value));
  const all = changes.map(({ name, from, to }) => `${name}: ${said(from)} → ${said(to)}`).join(", ");
  return restored === undefined ? all : `${all} (as in revision ${restored})`;
}
