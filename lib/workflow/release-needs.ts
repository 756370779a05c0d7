import type { ReleaseNeeds } from "../contract/release.ts";
import { awaitedEvents, callsOf, undoStepsOf } from "./composition.ts";
import { workersOf } from "./workers.ts";
import type { Workflow } from "./workflow.ts";

/** What open runs of a workflow may need of later deployments, in addition to its steps. */
export function releaseNeeds(workflow: Workflow): ReleaseNeeds {
  return {
    undoSteps: undoStepsOf(workflow).map(({ name }) => name),
    breakers: unique(
      workersOf(workflow).flatMap(({ name, steps }) =>
        steps.flatMap(({ breaker }) => (breaker ? `"${breaker.name}" of ${name}` : [])),
      ),
    ),
    events: unique(awaitedEvents(workflow).map(({ name }) => name)),
    calls: unique(callsOf(workflow).map((call) => call.workflow)),
  };
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
