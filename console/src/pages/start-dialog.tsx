import { useState } from "react";
import { useNavigate } from "react-router";
import { useEvent } from "../api/queries.ts";
import type { WorkflowView } from "../api/types.ts";
import { ActionDialog } from "../parts/action-dialog.tsx";
import { PayloadField } from "../parts/payload-field.tsx";
import { wrongWithObject } from "../text/json.ts";

/** Starts a run of one workflow, as if its event had arrived. */
export function StartDialog({
  workflow: { name, on },
  onClose,
}: {
  workflow: WorkflowView;
  onClose: () => void;
}) {
  const navigate = useNavigate();
  const [event, setEvent] = useState(on[0]!);
  const contract = useEvent(event).data?.contracts.toSorted((a, b) => b.version - a.version)[0];
  const [typed, setTyped] = useState<string>();
  const payload = typed ?? JSON.stringify(contract?.example ?? {}, null, 2);
  const wrong =
    wrongWithObject(payload) ??
    (contract === undefined ? "The event's contract is still loading." : undefined);
  return (
    <ActionDialog
      title={`Start ${name}`}
      description="Starts this workflow only, as if the event had arrived. With the identity of an earlier run, no new run starts."
      resource="runs"
      body={wrong ? {} : { workflow: name, event, version: contract!.version, payload: JSON.parse(payload) }}
      wrong={wrong}
      confirm="Start"
      refresh={[["runs"], ["queues"]]}
      onClose={onClose}
      onDone={({ run }) => run && void navigate(`/runs/${encodeURIComponent(run)}`)}
    >
      {on.length > 1 && (
        <label className="field">
          Event
          <select className="input" value={event} onChange={({ target }) => setEvent(target.value)}>
            {on.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      )}
      <PayloadField value={payload} onChange={setTyped} />
    </ActionDialog>
  );
}
