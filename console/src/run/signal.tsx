import { useState } from "react";
import { useEvents } from "../api/queries.ts";
import type { RunDetail } from "../api/types.ts";
import { ActionDialog } from "../parts/action-dialog.tsx";
import { PayloadField } from "../parts/payload-field.tsx";
import { wrongWithObject } from "../text/json.ts";

/** Sends a run an event that it waits for. */
export function SignalDialog({
  detail: { run, waits },
  onClose,
}: {
  detail: RunDetail;
  onClose: () => void;
}) {
  const events = useEvents();
  const awaited = waits.map((wait) => wait.for);
  const names = (events.data ?? []).filter(({ reserved }) => !reserved).map(({ name }) => name);
  const offered = [
    ...names.filter((name) => awaited.includes(name)),
    ...names.filter((name) => !awaited.includes(name)),
  ];
  const [event, setEvent] = useState<string>();
  const [payload, setPayload] = useState("{}");
  const chosen = event ?? offered[0] ?? "";
  const wrong = chosen === "" ? "Choose an event." : wrongWithObject(payload);
  return (
    <ActionDialog
      title="Signal this run"
      description="Only this run receives the event."
      resource={`runs/${encodeURIComponent(run)}/signal`}
      body={wrong ? {} : { event: chosen, payload: JSON.parse(payload) }}
      wrong={wrong}
      confirm="Send"
      refresh={[["run", run]]}
      onClose={onClose}
    >
      <label className="field">
        Event
        <select className="input" value={chosen} onChange={({ target }) => setEvent(target.value)}>
          {offered.map((name) => (
            <option key={name} value={name}>
              {name}
              {awaited.includes(name) ? " (awaited)" : ""}
            </option>
          ))}
        </select>
      </label>
      <PayloadField value={payload} onChange={setPayload} />
    </ActionDialog>
  );
}
