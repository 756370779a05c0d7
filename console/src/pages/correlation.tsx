import { useQueries } from "@tanstack/react-query";
import { useParams } from "react-router";
import { runQuery, useCorrelation } from "../api/queries.ts";
import type { Correlation } from "../api/types.ts";
import { titleOf } from "../app/needs.ts";
import { Answer } from "../parts/answer.tsx";
import { Page } from "../parts/page.tsx";
import { RunLink } from "../parts/run-link.tsx";
import { Empty } from "../parts/states.tsx";
import { LogLine } from "../run/log-line.tsx";
import { workflowOf } from "../text/run-id.ts";

/** Everything that one outside event led to, over all runs and reactions, in order. */
export function CorrelationPage() {
  const { id = "" } = useParams();
  const all = useCorrelation(id);
  const titles = useTitles(all.data?.runs ?? []);
  return (
    <Page
      title="Correlation"
      description={
        <>
          Runs and events that the event <span className="mono wrap-anywhere">{id}</span> led to.
        </>
      }
      back={{ to: "/runs", name: "Runs" }}
    >
      <Answer query={all}>
        {({ items }) => (items.length === 0 ? <NoEntries /> : <Entries items={items} titles={titles} />)}
      </Answer>
    </Page>
  );
}

function NoEntries() {
  return (
    <Empty icon="event" title="No entries for this event">
      <p>The event may be older than the log retention, or it has no subscriber.</p>
    </Empty>
  );
}

function Entries({ items, titles }: { items: Correlation["items"]; titles: ReadonlyMap<string, string> }) {
  return (
    <>
      <p className="row wrap">
        {[...titles].map(([run, title]) => (
          <RunLink key={run} run={run} title={title} />
        ))}
      </p>
      <section className="card" aria-label="Events">
        <ol className="rows log">
          {items.map((entry) => (
            <li key={`${entry.run}${entry.id}`}>
              <LogLine
                entry={entry}
                run={titles.size > 1 ? titles.get(entry.run) : undefined}
                since={items[0]!.at}
              />
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

/** The titles of runs, by their ids: of those that are loaded, with their subjects. */
function useTitles(runs: readonly string[]): ReadonlyMap<string, string> {
  const details = useQueries({ queries: runs.slice(0, MOST_TITLES).map((run) => runQuery(run)) });
  return new Map(
    runs.map((run, at) => [run, titleOf(details[at]?.data ?? { workflow: workflowOf(run), run })]),
  );
}

/** Runs whose subjects are loaded: each is a request. */
const MOST_TITLES = 20;
