import { lazy, Suspense, useState } from "react";
import { Link, useParams } from "react-router";
import { useEvent } from "../api/queries.ts";
import type { EventDetail } from "../api/types.ts";
import { useSession } from "../app/session.tsx";
import { ActionButton } from "../parts/action-button.tsx";
import { Json } from "../parts/json.tsx";
import { Page } from "../parts/page.tsx";
import { PathText } from "../parts/path.tsx";
import { Failed, Loading } from "../parts/states.tsx";
import { fieldsOf } from "../text/fields.ts";

const SendForm = lazy(() => import("../form/send-form.tsx"));
const BACK = { to: "/events", name: "Events" };

/** An event's contract as documentation, and a form that sends it. */
export function EventPage() {
  const { name = "" } = useParams();
  const event = useEvent(name);
  if (event.data === undefined) {
    return (
      <Page title={name} back={BACK}>
        {event.error ? <Failed error={event.error} again={() => void event.refetch()} /> : <Loading />}
      </Page>
    );
  }
  return <Event key={name} event={event.data} />;
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
      <dl className="fact-row">
        <div>
          <dt>Publishers</dt>
          <dd>{event.reserved ? "Millrace only" : event.publishers.join(", ") || "external producers"}</dd>
        </div>
        <div>
          <dt>Subscribers</dt>
          <dd className="row wrap">
            {event.subscribers.length === 0 && "none"}
            {event.subscribers.map((name) => (
              <Link key={name} to="/map">
                {name}
              </Link>
            ))}
          </dd>
        </div>
        {event.contracts.length > 0 && (
          <div>
            <dt>Version</dt>
            <dd>
              {event.contracts.length === 1 ? (
                `v${version}`
              ) : (
                <select
                  className="input"
                  aria-label="Version"
                  value={version}
                  onChange={({ target }) => setVersion(Number(target.value))}
                >
                  {event.contracts.map((one) => (
                    <option key={one.version} value={one.version}>
                      v{one.version}
                    </option>
                  ))}
                </select>
              )}
            </dd>
          </div>
        )}
        {contract?.compatibility && (
          <div>
            <dt>Compatibility</dt>
            <dd>{contract.compatibility}</dd>
          </div>
        )}
      </dl>
      {contract && (
        <>
          <section className="card" aria-labelledby="fields">
            <div className="head">
              <h2 id="fields">Payload</h2>
            </div>
            <Fields schema={contract.schema} />
          </section>
          <section className="card" aria-labelledby="example">
            <div className="head">
              <h2 id="example">Example</h2>
            </div>
            <div className="body">
              <Json label="Example" value={contract.example} />
            </div>
          </section>
          {sending && (
            <Suspense fallback={null}>
              <SendForm event={event.name} contract={contract} onClose={() => setSending(false)} />
            </Suspense>
          )}
        </>
      )}
    </Page>
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
