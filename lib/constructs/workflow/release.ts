import { Construct } from "constructs";
import type { ExpressPlan } from "../../contract/groups/express.ts";
import { type Release as Properties, RESOURCE, type ReleaseNeeds } from "../../contract/release.ts";
import type { WorkflowGraph } from "../../contract/workflow-graph.ts";
import type { StateMachine } from "../../workflow/states.ts";
import type { Releases } from "../releases.ts";
import type { StepWorker } from "./step-worker.ts";

export interface ReleaseProps {
  readonly workflow: string;
  /** Content version of the workflow. */
  readonly version: string;
  readonly workers: ReadonlyMap<string, StepWorker>;
  /** Its graph for the console. */
  readonly graph: WorkflowGraph;
  /** How its runs work without an execution, if they do. */
  readonly express: ExpressPlan | undefined;
  /** The state machine that they do without. */
  readonly machine: StateMachine | undefined;
  /** What its runs may need of later deployments. */
  readonly needs: ReleaseNeeds;
  readonly releases: Releases;
}

/**
 * The workflow version of this deployment, with the code of its steps. The senders of messages of this
 * version depend on it: by then each step's code exists, and no live run needs a missing step.
 */
export class Release extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { workflow, version, workers, graph, express, machine, needs, releases }: ReleaseProps,
  ) {
    super(scope, id);
    const steps = Object.fromEntries([...workers].map(([step, { handler }]) => [step, handler.versionArn]));
    const properties: Properties = {
      workflow,
      version,
      steps,
      graph: JSON.stringify(graph),
      express: express && JSON.stringify(express),
      machine: machine && JSON.stringify(machine),
      needs,
    };
    releases.addResource(this, "Resource", RESOURCE.release, properties);
  }
}
