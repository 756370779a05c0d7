import { Link, useParams } from "react-router";
import { useCorrelation } from "../api/queries.ts";
import { Page } from "../parts/page.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { LogLine } from "../run/events.tsx";

/** Everything that one outside event led to, over all runs and reactions, in order. */
export function CorrelationPage() {
  const { id = "" } = useParams();
  const all = useCorrelation(id);
  return (
    <Page
      title="Correlation"
      says={
        <>
          Runs and events that the event <span className="mono wrap-anywhere">{id}</span> led to.
        </>
      }
      back={{ to: "/runs", name: "Runs" }}
    >
      {all.isPending ? (
        <Loading />
      ) : all.error ? (
        <Failed error={all.error} again={() => void all.refetch()} />
      ) : all.data.items.length === 0 ? (
        <Empty icon="event" title="No entries for this event">
          <p>The event may be older than the log retention, or it has no subscriber.</p>
        </Empty>
      ) : (
        <>
          <p className="row wrap">
            {all.data.runs.map((run) => (
              <Link key={run} to={`/runs/${encodeURIComponent(run)}`} className="chip mono">
                {run}
              </Link>
            ))}
          </p>
          <section className="card" aria-label="Events">
            <ol className="rows log">
              {all.data.items.map((entry) => (
                <li key={`${entry.run}${entry.id}`}>
                  <LogLine
                    entry={{ ...entry, path: [entry.run, entry.path].filter(Boolean).join(" ") }}
                    since={all.data.items[0]!.at}
                  />
                </li>
              ))}
            </ol>
          </section>
        </>
      )}
    </Page>
  );
}
