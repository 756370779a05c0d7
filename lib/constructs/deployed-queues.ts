import { Construct } from "constructs";
import type { DeployedQueue } from "../contract/items/subscriber.ts";
import { type DeployedQueues as Properties, RESOURCE } from "../contract/release.ts";
import type { Releases } from "./releases.ts";

export interface DeployedQueuesProps {
  readonly releases: Releases;
  readonly queues: readonly DeployedQueue[];
}

/**
 * Records the queues of a stack, and the rules that send to them, in the table with each deployment. Replays,
 * redrives and the console read them there, and need not know them when they are deployed.
 */
export class DeployedQueues extends Construct {
  constructor(scope: Construct, id: string, { releases, queues }: DeployedQueuesProps) {
    super(scope, id);
    const properties: Properties = { queues: [...queues] };
    releases.addResource(this, "Resource", RESOURCE.queues, properties);
  }
}
