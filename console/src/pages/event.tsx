import { lazy, Suspense, useState } from "react";
import { Link, useParams } from "react-router";
import { useEvent } from "../api/queries.ts";
import type { EventDetail } from "../api/types.ts";
import { useSession } from "../app/session.tsx";
import { ActionButton } from "../parts/action-button.tsx";
import { Card } from "../parts/card.tsx";
import { Fact, Facts } from "../parts/facts.tsx";
import { Json } from "../parts/json.tsx";
import { Page } from "../parts/page.tsx";
import { PathText } from "../parts/path.tsx";
import { UnloadedPage } from "../parts/unloaded-page.tsx";
import { fieldsOf } from "../text/fields.ts";
import "./event.css";

const SendForm = lazy(() => import("../form/send-form.tsx"));
const BACK = { to: "/events", name: "Events" };

/** An event's contract as documentation, and a form that sends it. */
export function EventPage() {
  const { name = "" } = useParams();
  const query = useEvent(name);
  if (query.data === undefined) return <UnloadedPage title={name} back={BACK} query={query} />;
  return <Event key={name} event={query.data} />;
}

function Event({ event }: { event: EventDetail }) {
  const { can } = useSession();
  const newest = event.contracts.toSorted((a, b) => b.version - a.version)[0];
  const [version, setVersion] = useState(newest?.version);
  const [sending, setSending] = useState(false);
  const contract = event.contracts.find((one) => one.version === version);
  return (
    <Page
      title={event.name}
      heading={<span className="mono">{event.name}</span>}
      description={event.description}
      back={BACK}
      actions={
        !event.reserved && (
          <ActionButton
            icon="send"
            primary
            allowed={can.operate && contract !== undefined}
            onClick={() => setSending(true)}
          >
            Send this event
          </ActionButton>
        )
      }
    >
      <EventFacts event={event} version={version} onVersion={setVersion} />
      {contract && (
        <>
          <Card title="Payload">
            <Fields schema={contract.schema} />
          </Card>
          <Card title="Example">
            <div className="body">
              <Json label="Example" value={contract.example} />
            </div>
          </Card>
        </>
      )}
      {contract && sending && (
        <Suspense fallback={null}>
          <SendForm event={event.name} contract={contract} onClose={() => setSending(false)} />
        </Suspense>
      )}
    </Page>
  );
}

function EventFacts({
  event: { publishers, subscribers, reserved, contracts },
  version,
  onVersion,
}: {
  event: EventDetail;
  version: number | undefined;
  onVersion: (version: number) => void;
}) {
  const compatibility = contracts.find((one) => one.version === version)?.compatibility;
  return (
    <Facts>
      <Fact name="Publishers">
        {reserved ? "Millrace only" : publishers.join(", ") || "external producers"}
      </Fact>
      <Fact name="Subscribers">
        <span className="row wrap">
          {subscribers.length === 0 && "none"}
          {subscribers.map((name) => (
            <Link key={name} to="/map">
              {name}
            </Link>
          ))}
        </span>
      </Fact>
      {contracts.length === 1 && <Fact name="Version">v{version}</Fact>}
      {contracts.length > 1 && (
        <Fact name="Version">
          <select
            className="input"
            aria-label="Version"
            value={version}
            onChange={({ target }) => onVersion(Number(target.value))}
          >
            {contracts.map((one) => (
              <option key={one.version} value={one.version}>
                v{one.version}
              </option>
            ))}
          </select>
        </Fact>
      )}
      {compatibility && <Fact name="Compatibility">{compatibility}</Fact>}
    </Facts>
  );
}

function Fields({ schema }: { schema: Record<string, unknown> }) {
  const fields = fieldsOf(schema);
  if (fields.length === 0) return <p className="bar detail">The contract declares no fields.</p>;
  return (
    <table className="schema">
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Type</th>
          <th scope="col">Rules</th>
        </tr>
      </thead>
      <tbody>
        {fields.map(({ path, type, required, rules, description }) => (
          <tr key={path}>
            <td className="mono">
              <PathText text={path} />
              {!required && <span className="detail"> optional</span>}
            </td>
            <td>{type}</td>
            <td>
              {rules.join(", ")}
              {description && <span className="detail"> {description}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
