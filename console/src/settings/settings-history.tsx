import { useSettingsHistory } from "../api/queries.ts";
import type { SettingsRevisionView, SettingView } from "../api/types.ts";
import { useSession } from "../app/session.tsx";
import { ActionButton } from "../parts/action-button.tsx";
import { Answer } from "../parts/answer.tsx";
import { When } from "../parts/time.tsx";
import type { SettingsChange, SettingsOwner } from "./settings-dialog.tsx";

/** The revisions of settings, newest first; each earlier one can be restored. */
export function SettingsHistory({
  current,
  onChange,
  ...owner
}: SettingsOwner & { current: number; onChange: (change: SettingsChange) => void }) {
  const restore = (revision: number) => () => onChange({ kind: "restore", revision });
  return (
    <details>
      <summary style={{ padding: "12px 16px" }}>History and restore</summary>
      <Answer query={useSettingsHistory(owner, current)}>
        {(revisions) => (
          <ul className="rows" aria-label="History">
            {revisions.map((revision) => (
              <li key={revision.revision} className="row wrap" aria-label={`Revision ${revision.revision}`}>
                <div className="grow">
                  <span className="number">{revision.revision}</span>{" "}
                  <span className="wrap-anywhere">{changesOf(revision)}</span>
                  <p className="detail wrap-anywhere">
                    {revision.by}, <When at={revision.at} />: {revision.why}
                  </p>
                </div>
                {revision.revision < current && <RestoreButton onClick={restore(revision.revision)} />}
              </li>
            ))}
            <li className="row wrap">
              <span className="grow">0 The values of the definition</span>
              <RestoreButton onClick={restore(0)} />
            </li>
          </ul>
        )}
      </Answer>
    </details>
  );
}

function RestoreButton({ onClick }: { onClick: () => void }) {
  const { can } = useSession();
  return (
    <ActionButton small icon="retry" allowed={can.operate} onClick={onClick}>
      Restore
    </ActionButton>
  );
}

function changesOf({ changes, restored }: SettingsRevisionView): string {
  const said = (value: SettingView["value"] | undefined) => (value === undefined ? "default" : String(value));
  const all = changes.map(({ name, from, to }) => `${name}: ${said(from)} → ${said(to)}`).join(", ");
  return restored === undefined ? all : `${all} (as in revision ${restored})`;
}
