import { Link } from "react-router";
import { useWorkflows } from "../api/queries.ts";

/** For users whose app has no runs yet. */
export function FirstSteps() {
  const workflows = useWorkflows();
  const first = workflows.data?.find(({ on }) => on.length > 0);
  const event = first?.on[0];
  return (
    <section className="card" aria-labelledby="first-steps">
      <div className="body stack">
        <h2 id="first-steps">Send your first event</h2>
        <p>
          {first && event ? (
            <>
              <strong>{first.name}</strong> starts when <code>{event}</code> arrives.
            </>
          ) : (
            "A workflow starts when its event arrives."
          )}
        </p>
        <ol className="welcome">
          <li>
            <span className="step">1</span>
            <span>
              {event ? (
                <Link to={`/events/${encodeURIComponent(event)}`}>Open {event}</Link>
              ) : (
                <Link to="/events">Open an event</Link>
              )}
              , change the example, and send it.
            </span>
          </li>
          <li>
            <span className="step">2</span>
            <span>
              Watch its <Link to="/runs">run</Link> execute the steps. The list updates automatically.
            </span>
          </li>
          <li>
            <span className="step">3</span>
            <span>
              When the run requests a decision, decide under <Link to="/approvals">Approvals</Link>.
            </span>
          </li>
        </ol>
      </div>
    </section>
  );
}
