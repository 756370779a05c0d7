import { Link } from "react-router";
import { useRun } from "../api/queries.ts";
import { titleOf } from "../app/needs.ts";
import { workflowOf } from "../text/run-id.ts";
import { Copy } from "./copy.tsx";

/** A link to a run by its title; a button copies its id. */
export function RunLink({ run, title }: { run: string; title: string }) {
  return (
    <span className="row run-id" style={{ gap: 2 }}>
      <Link to={`/runs/${encodeURIComponent(run)}`} title={run}>
        {title}
      </Link>
      <Copy text={run} name={`Copy the id of ${title}`} />
    </span>
  );
}

/** The same for one run, whose title is loaded. */
export function RunLinkById({ run }: { run: string }) {
  const { data } = useRun(run);
  return <RunLink run={run} title={titleOf(data ?? { workflow: workflowOf(run), run })} />;
}
