import { useState } from "react";
import { Link, useParams } from "react-router";
import { useQuarantined } from "../api/queries.ts";
import type { QuarantineView } from "../api/types.ts";
import { useSession } from "../app/session.tsx";
import { BodyEditor } from "../parts/body-editor.tsx";
import { Icon } from "../parts/icon.tsx";
import { type Resolution, ResolvePage } from "../parts/resolve-page.tsx";
import { When } from "../parts/time.tsx";
import { UnloadedPage } from "../parts/unloaded-page.tsx";
import { indented, wrongWithObject } from "../text/json.ts";
import { payloadOf } from "../text/payload.ts";
import { REASONS } from "./quarantine.tsx";

const BACK = { to: "/quarantine", name: "Quarantine" };

export function QuarantinedPage() {
  const { id = "" } = useParams();
  const query = useQuarantined(id);
  if (query.data === undefined) return <UnloadedPage title="Quarantined event" back={BACK} query={query} />;
  return <Quarantined key={id} event={query.data} />;
}

function Quarantined({ event }: { event: QuarantineView }) {
  const { id, name, source, subscriber, quarantinedAt, resolved } = event;
  const { can } = useSession();
  const payload = payloadOf(event.body ?? "");
  const original = payload === undefined ? indented(event.body ?? "") : JSON.stringify(payload, null, 2);
  const [text, setText] = useState(original);
  const release = useRelease(subscriber, text === original ? undefined : text);
  return (
    <ResolvePage
      title={`Quarantined: ${name}`}
      heading={name}
      description={
        <>
          From {source}, for <Link to={`/workflows/${encodeURIComponent(subscriber)}`}>{subscriber}</Link>,{" "}
          <When at={quarantinedAt} />.
        </>
      }
      back={BACK}
      resource={`quarantine/${encodeURIComponent(id)}`}
      refresh={[["quarantine"]]}
      resolved={resolved}
      resolutions={[release, DISCARD]}
    >
      <Findings event={event} />
      <section className="card" aria-label="Event">
        <div className="body">
          <BodyEditor
            label={payload === undefined ? "Event as it arrived" : "Payload"}
            value={text}
            readOnly={resolved !== undefined || !can.operate || payload === undefined}
            onChange={setText}
          />
        </div>
      </section>
    </ResolvePage>
  );
}

const DISCARD: Resolution = {
  action: "discard",
  icon: "cross",
  title: "Discard",
  danger: true,
  description: "The event is not delivered to this subscriber. This cannot be undone.",
};

/** Its release, with an edited payload and another version of its contract, if wanted. */
function useRelease(subscriber: string, edited: string | undefined): Resolution {
  const [version, setVersion] = useState("");
  const isVersion = version === "" || /^[1-9]\d*$/.test(version);
  const wrongPayload = edited === undefined ? undefined : wrongWithObject(edited);
  return {
    action: "release",
    icon: "play",
    title: "Release",
    button: edited === undefined ? "Release" : "Release the edited event",
    description: `The event is delivered to ${subscriber} again${edited === undefined ? "" : ", with your changes"}. If it still breaks its contract, it returns to quarantine.`,
    body: {
      ...(edited !== undefined && !wrongPayload && { payload: JSON.parse(edited) }),
      ...(version !== "" && { version: Number(version) }),
    },
    wrong: wrongPayload ?? (isVersion ? undefined : "A version is a whole number."),
    children: (
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
    ),
  };
}

function Findings({ event: { reason, findings } }: { event: QuarantineView }) {
  return (
    <div className="notice held">
      <Icon name="quarantine" />
      <div className="stack" style={{ gap: 4 }}>
        <strong>{REASONS[reason]}.</strong>
        <ul>
          {findings.map(({ path, message, value }) => (
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
  );
}
