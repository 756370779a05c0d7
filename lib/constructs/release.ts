import { Construct } from "constructs";
import type { ExpressPlan } from "../contract/express.ts";
import { type Release as Properties, RESOURCE } from "../contract/release.ts";
import type { WorkflowGraph } from "../contract/workflow-graph.ts";
import type { Releases } from "./releases.ts";
import type { StepWorker } from "./step-worker.ts";

export interface ReleaseProps {
  readonly workflow: string;
  /** Content version of the workflow. */
  readonly version: string;
  readonly workers: ReadonlyMap<string, StepWorker>;
  /** How it is drawn. */
  readonly graph: WorkflowGraph;
  /** How its runs do without an execution, if they do. */
  readonly express: ExpressPlan | undefined;
  readonly releases: Releases;
}

/**
 * The version of a workflow that this deployment brings, with the code of its steps. What sends messages of this version
 * depends on it: by then each step's code is there, and no live run needs a step that is not.
 */
export class Release extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { workflow, version, workers, graph, express, releases }: ReleaseProps,
  ) {
    super(scope, id);
    const steps = Object.fromEntries([...workers].map(([step, { handler }]) => [step, handler.versionArn]));
    const properties: Properties = {
      ...{ workflow, version, steps, graph: JSON.stringify(graph) },
      ...(express && { express: JSON.stringify(express) }),
    };
    releases.ask(this, "Resource", RESOURCE.release, properties);
  }
}
