import { type ReactNode, useState } from "react";
import { Link } from "react-router";
import { ApiError } from "../api/client.ts";
import type { EventDetail, Outcome } from "../api/types.ts";
import { Wrong } from "../parts/action-dialog.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { useAction } from "../parts/use-action.ts";
import { wrongWithObject } from "../text/json.ts";
import { FormPayload } from "./form-payload.tsx";
import { JsonPayload } from "./json-payload.tsx";
import "./form.css";

const WHY = "sent from the console";

type Sent = Outcome & { event?: string };

/** Sends an event, with a form for its contract or as JSON; both start with the example. */
export default function SendForm({
  event,
  contract,
  onClose,
}: {
  event: string;
  contract: EventDetail["contracts"][number];
  onClose: () => void;
}) {
  const { version } = contract;
  const [payload, setPayload] = useState<unknown>(contract.example ?? {});
  /** The payload as JSON, while it is edited so. */
  const [text, setText] = useState<string>();
  const [why, setWhy] = useState(WHY);
  const [sent, setSent] = useState<Sent>();
  const action = useAction("events", [["runs"], ["attention"], ["queues"]], setSent);
  const wrong = text === undefined ? undefined : wrongWithObject(text);
  if (sent) return <SentDialog sent={sent} onAgain={() => setSent(undefined)} onClose={onClose} />;

  const send = () => {
    if (wrong) return;
    const edited = text === undefined ? payload : JSON.parse(text);
    action.mutate({ name: event, version, payload: edited, why: why.trim() || WHY });
  };
  const switchEditor = () => {
    if (text === undefined) return setText(JSON.stringify(payload, null, 2));
    setPayload(JSON.parse(text));
    setText(undefined);
  };
  const foot = (
    <>
      <ReasonField value={why} onChange={setWhy} />
      {action.error && <Wrong text={findingsOf(action.error)} />}
      <div className="foot">
        <button type="button" className="button plain" onClick={switchEditor} disabled={wrong !== undefined}>
          {text === undefined ? "Edit as JSON" : "Edit as a form"}
        </button>
        <button type="submit" className="button primary" disabled={action.isPending || wrong !== undefined}>
          <Icon name="send" /> {action.isPending ? "Sending…" : "Send"}
        </button>
      </div>
    </>
  );
  return (
    <Dialog title={`Send ${event} v${version}`} wide onClose={onClose}>
      {text === undefined ? (
        <FormPayload schema={contract.schema} value={payload} onChange={setPayload} onSubmit={send}>
          {foot}
        </FormPayload>
      ) : (
        <JsonPayload value={text} wrong={wrong} onChange={setText} onSubmit={send}>
          {foot}
        </JsonPayload>
      )}
    </Dialog>
  );
}

function SentDialog({ sent, onAgain, onClose }: { sent: Sent; onAgain: () => void; onClose: () => void }) {
  return (
    <Dialog title="Sent" onClose={onClose}>
      <p className="wrap-anywhere">{sent.says}</p>
      <div className="foot">
        {sent.event && (
          <Link className="button" to={`/deliveries?event=${encodeURIComponent(sent.event)}`}>
            View its deliveries
          </Link>
        )}
        <button type="button" className="button" onClick={onAgain}>
          Send another
        </button>
        <Link className="button primary" to="/runs">
          View runs
        </Link>
      </div>
    </Dialog>
  );
}

function ReasonField({ value, onChange }: { value: string; onChange: (value: string) => void }): ReactNode {
  return (
    <label className="field">
      Reason
      <input
        className="input"
        value={value}
        maxLength={1000}
        onChange={({ target }) => onChange(target.value)}
      />
    </label>
  );
}

/** The API's errors, with all findings. */
function findingsOf(error: Error): string {
  if (!(error instanceof ApiError)) return error.message;
  return [error.message, ...error.findings.map(({ path, message }) => `${path}: ${message}`)].join(" ");
}
