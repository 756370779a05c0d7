import { createHashRouter, Link, useRouteError } from "react-router";
import { Approvals } from "../pages/approvals.tsx";
import { Breakers } from "../pages/breakers.tsx";
import { CorrelationPage } from "../pages/correlation.tsx";
import { DeadLetterPage } from "../pages/dead-letter.tsx";
import { DeadLetters } from "../pages/dead-letters.tsx";
import { Deliveries } from "../pages/deliveries.tsx";
import { EventPage } from "../pages/event.tsx";
import { Events } from "../pages/events.tsx";
import { Overview } from "../pages/overview.tsx";
import { Quarantine } from "../pages/quarantine.tsx";
import { QuarantinedPage } from "../pages/quarantined.tsx";
import { Replays } from "../pages/replays.tsx";
import { Runs } from "../pages/runs.tsx";
import { Workflows } from "../pages/workflows.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Failed, Loading } from "../parts/states.tsx";
import { Shell } from "./shell.tsx";

/**
 * The path is after "#": the page works under any base path, and its server does not need to know the routes.
 * Pages that draw graphs are loaded when they are first opened; all others together weigh less than that.
 */
export function createRouter(onSignOut: () => void) {
  return createHashRouter([
    {
      element: <Shell onSignOut={onSignOut} />,
      errorElement: <Broken />,
      hydrateFallbackElement: <Loading />,
      children: [
        { index: true, Component: Overview },
        { path: "runs", Component: Runs },
        {
          path: "runs/:run",
          lazy: async () => ({ Component: (await import("../run/run-page.tsx")).RunPage }),
        },
        { path: "correlations/:id", Component: CorrelationPage },
        {
          path: "map",
          lazy: async () => ({ Component: (await import("../pages/flow-map.tsx")).FlowMapPage }),
        },
        { path: "deliveries", Component: Deliveries },
        { path: "approvals", Component: Approvals },
        { path: "approvals/:run/*", Component: Approvals },
        { path: "dead-letters", Component: DeadLetters },
        { path: "dead-letters/:id", Component: DeadLetterPage },
        { path: "quarantine", Component: Quarantine },
        { path: "quarantine/:id", Component: QuarantinedPage },
        { path: "breakers", Component: Breakers },
        { path: "replays", Component: Replays },
        { path: "workflows", Component: Workflows },
        {
          path: "workflows/:name",
          lazy: async () => ({ Component: (await import("../pages/workflow.tsx")).WorkflowPage }),
        },
        { path: "events", Component: Events },
        { path: "events/:name", Component: EventPage },
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
