import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { useQuarantined } from "../api/queries.ts";
import type { QuarantineView } from "../api/types.ts";
import { useSession } from "../app/session.tsx";
import { OrderButton, OrderDialog } from "../parts/action-dialog.tsx";
import { BodyEditor } from "../parts/body-editor.tsx";
import { Icon } from "../parts/icon.tsx";
import { Page } from "../parts/page.tsx";
import { SettledNotice } from "../parts/resolved.tsx";
import { Failed, Loading } from "../parts/states.tsx";
import { When } from "../parts/time.tsx";
import { indented, wrongWithObject } from "../text/json.ts";
import { payloadOf } from "../text/payload.ts";
import { REASONS } from "./quarantine.tsx";

const BACK = { to: "/quarantine", name: "Quarantine" };

export function QuarantinedPage() {
  const { id = "" } = useParams();
  const event = useQuarantined(id);
  if (event.data === undefined) {
    return (
      <Page title="Quarantined event" back={BACK}>
        {event.error ? <Failed error={event.error} again={() => void event.refetch()} /> : <Loading />}
      </Page>
    );
  }
  return <Quarantined key={id} event={event.data} />;
}

function Quarantined({ event }: { event: QuarantineView }) {
  const { can } = useSession();
  const navigate = useNavigate();
  const payload = payloadOf(event.body ?? "");
  const original = payload === undefined ? indented(event.body ?? "") : JSON.stringify(payload, null, 2);
  const [text, setText] = useState(original);
  const [version, setVersion] = useState("");
  const [order, setOrder] = useState<"release" | "discard">();
  const open = event.resolved === undefined;
  const changed = text !== original;
  const wrong =
    (changed ? wrongWithObject(text) : undefined) ??
    (version === "" || /^[1-9]\d*$/.test(version) ? undefined : "A version is a whole number.");
  return (
    <Page
      title={`Quarantined: ${event.name}`}
      heading={event.name}
      says={
        <>
          From {event.source}, for{" "}
          <Link to={`/workflows/${encodeURIComponent(event.subscriber)}`}>{event.subscriber}</Link>,{" "}
          <When at={event.quarantinedAt} />.
        </>
      }
      back={BACK}
      actions={
        open && (
          <>
            <OrderButton icon="play" primary allowed={can.operate} onClick={() => setOrder("release")}>
              {changed ? "Release the edited event" : "Release"}
            </OrderButton>
            <OrderButton icon="cross" danger allowed={can.operate} onClick={() => setOrder("discard")}>
              Discard
            </OrderButton>
          </>
        )
      }
    >
      {event.resolved && <SettledNotice resolved={event.resolved} />}
      <div className="notice held">
        <Icon name="quarantine" />
        <div className="stack" style={{ gap: 4 }}>
          <strong>{REASONS[event.reason]}.</strong>
          <ul>
            {event.findings.map(({ path, message, value }) => (
              <li key={`${path}${message}`} className="wrap-anywhere">
                <code>{path || "the event"}</code>: {message}
                {value !== undefined && (
                  <>
                    {" "}
                    (value: <code>{value}</code>)
                  </>
                )}
              </li>
            ))}
          </ul>
        </div>
      </div>
      <section className="card" aria-label="Event">
        <div className="body">
          <BodyEditor
            label={payload === undefined ? "Event as it arrived" : "Payload"}
            value={text}
            readOnly={!open || !can.operate || payload === undefined}
            onChange={setText}
          />
        </div>
      </section>
      {order === "release" && (
        <OrderDialog
          title="Release"
          says={`The event is delivered to ${event.subscriber} again${changed ? ", with your changes" : ""}. If it still breaks its contract, it returns to quarantine.`}
          resource={`quarantine/${encodeURIComponent(event.id)}/release`}
          body={{
            ...(changed && !wrong && { payload: JSON.parse(text) }),
            ...(version !== "" && { version: Number(version) }),
          }}
          wrong={wrong}
          confirm="Release"
          refresh={[["quarantine"]]}
          onClose={() => setOrder(undefined)}
          onDone={() => void navigate("/quarantine")}
        >
          <label className="field">
            Version
            <input
              className="input"
              inputMode="numeric"
              placeholder="unchanged"
              value={version}
              onChange={({ target }) => setVersion(target.value.trim())}
            />
          </label>
        </OrderDialog>
      )}
      {order === "discard" && (
        <OrderDialog
          title="Discard"
          says="The event is not delivered to this subscriber. This cannot be undone."
          resource={`quarantine/${encodeURIComponent(event.id)}/discard`}
          confirm="Discard"
          danger
          refresh={[["quarantine"]]}
          onClose={() => setOrder(undefined)}
          onDone={() => void navigate("/quarantine")}
        />
      )}
    </Page>
  );
}
