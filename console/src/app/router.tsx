import { createHashRouter, Link, useRouteError } from "react-router";
import { Overview } from "../pages/overview.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { Shell } from "./shell.tsx";

type Pages = typeof import("../pages/further.ts");

const further = () => import("../pages/further.ts");
const runs = () => import("../pages/runs.tsx");
const run = () => import("../run/run-page.tsx");

const lazy = (name: keyof Pages) => async () => ({ Component: (await further())[name] });

/** Loads the pages that are opened most, one after the other, so that a click does not wait for their code. */
export async function preloadPages(): Promise<void> {
  for (const load of [runs, run, further]) await load();
}

/**
 * The path is after "#": the page works under any base path, and its server does not need to know the routes.
 * Only the overview is in the first file. The runs and pages with graphs are files of their own; all others are
 * one more file, since together they are smaller than that.
 */
export function createRouter(onSignOut: () => void) {
  return createHashRouter([
    {
      element: <Shell onSignOut={onSignOut} />,
      errorElement: <Broken />,
      hydrateFallbackElement: <Loading />,
      children: [
        { index: true, Component: Overview },
        { path: "runs", lazy: async () => ({ Component: (await runs()).Runs }) },
        {
          path: "runs/:run",
          lazy: async () => ({ Component: (await run()).RunPage }),
        },
        {
          path: "compare",
          lazy: async () => ({ Component: (await import("../compare/compare-page.tsx")).ComparePage }),
        },
        { path: "correlations/:id", lazy: lazy("CorrelationPage") },
        {
          path: "map",
          lazy: async () => ({ Component: (await import("../pages/flow-map.tsx")).FlowMapPage }),
        },
        { path: "deliveries", lazy: lazy("Deliveries") },
        { path: "approvals", lazy: lazy("Approvals") },
        { path: "approvals/:run/*", lazy: lazy("Approvals") },
        { path: "dead-letters", lazy: lazy("DeadLetters") },
        { path: "dead-letters/:id", lazy: lazy("DeadLetterPage") },
        { path: "quarantine", lazy: lazy("Quarantine") },
        { path: "quarantine/:id", lazy: lazy("QuarantinedPage") },
        { path: "breakers", lazy: lazy("Breakers") },
        { path: "replays", lazy: lazy("Replays") },
        { path: "workflows", lazy: lazy("Workflows") },
        {
          path: "workflows/:name",
          lazy: async () => ({ Component: (await import("../pages/workflow.tsx")).WorkflowPage }),
        },
        { path: "events", lazy: lazy("Events") },
        { path: "events/:name", lazy: lazy("EventPage") },
        {
          path: "*",
          Component: NotFound,
        },
      ],
    },
  ]);
}

function NotFound() {
  return (
    <Page title="Page not found">
      <Empty icon="search" title="No page at this address">
        <p>
          Check the address. <Link to="/">Go to the overview</Link>
        </p>
      </Empty>
    </Page>
  );
}

function Broken() {
  const error = useRouteError();
  return (
    <main className="sign-in">
      <Failed error={error} again={() => location.reload()} />
    </main>
  );
}
