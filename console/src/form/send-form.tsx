// The package's index imports helpers for tests, and with them a validator that compiles code.
import Form from "@rjsf/core/lib/components/Form.js";
import { useState } from "react";
import { Link } from "react-router";
import { ApiError } from "../api/client.ts";
import type { EventDetail } from "../api/types.ts";
import { useOrder, Wrong } from "../parts/action-dialog.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { wrongWithObject } from "../text/json.ts";
import { schemaValidator } from "./schema-validator.ts";
import "./form.css";

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
  const [payload, setPayload] = useState<unknown>(contract.example ?? {});
  const [text, setText] = useState<string>();
  const [why, setWhy] = useState("sent from the console");
  const [sent, setSent] = useState<{ says: string; event?: string }>();
  const order = useOrder("events", [["runs"], ["attention"], ["queues"]], (outcome) =>
    setSent(outcome as typeof sent & object),
  );
  const wrong = text === undefined ? undefined : wrongWithObject(text);
  const send = () => {
    if (wrong) return;
    order.mutate({
      name: event,
      version: contract.version,
      payload: text === undefined ? payload : JSON.parse(text),
      why: why.trim() || "sent from the console",
    });
  };
  const {
    title: _title,
    description: _description,
    $schema: _dialect,
    ...schema
  } = contract.schema as Record<string, unknown>;
  if (sent) {
    return (
      <Dialog title="Sent" onClose={onClose}>
        <p className="wrap-anywhere">{sent.says}</p>
        <div className="foot">
          {sent.event && (
            <Link className="button" to={`/deliveries?event=${encodeURIComponent(sent.event)}`}>
              View its deliveries
            </Link>
          )}
          <button type="button" className="button" onClick={() => setSent(undefined)}>
            Send another
          </button>
          <Link className="button primary" to="/runs">
            View runs
          </Link>
        </div>
      </Dialog>
    );
  }
  const foot = (
    <>
      <label className="field">
        Reason
        <input
          className="input"
          value={why}
          maxLength={1000}
          onChange={({ target }) => setWhy(target.value)}
        />
      </label>
      {order.error && <Wrong text={findingsOf(order.error)} />}
      <div className="foot">
        <button
          type="button"
          className="button plain"
          onClick={() => {
            if (text === undefined) setText(JSON.stringify(payload, null, 2));
            else if (!wrong) {
              setPayload(JSON.parse(text));
              setText(undefined);
            }
          }}
          disabled={wrong !== undefined}
        >
          {text === undefined ? "Edit as JSON" : "Edit as a form"}
        </button>
        <button type="submit" className="button primary" disabled={order.isPending || wrong !== undefined}>
          <Icon name="send" /> {order.isPending ? "Sending…" : "Send"}
        </button>
      </div>
    </>
  );
  return (
    <Dialog title={`Send ${event} v${contract.version}`} wide onClose={onClose}>
      {text === undefined ? (
        <Form
          className="schema-form"
          schema={schema}
          formData={payload}
          validator={schemaValidator}
          showErrorList={false}
          noHtml5Validate
          focusOnFirstError
          // Errors are shown next to their field.
          onError={() => undefined}
          onChange={({ formData }) => setPayload(formData)}
          onSubmit={send}
        >
          <div className="stack">{foot}</div>
        </Form>
      ) : (
        <form
          className="stack"
          onSubmit={(submitted) => {
            submitted.preventDefault();
            send();
          }}
        >
          <label className="field">
            Payload
            <textarea
              className="input code"
              spellCheck={false}
              aria-invalid={wrong !== undefined}
              value={text}
              onChange={({ target }) => setText(target.value)}
            />
          </label>
          {wrong && <p className="says-wrong">{wrong}</p>}
          {foot}
        </form>
      )}
    </Dialog>
  );
}

/** The API's errors, with all findings. */
function findingsOf(error: Error): string {
  if (!(error instanceof ApiError)) return error.message;
  return [error.message, ...error.findings.map(({ path, message }) => `${path}: ${message}`)].join(" ");
}
