import { Construct } from "constructs";
import type { DeployedQueue } from "../contract/items/subscriber.ts";
import { type DeployedQueues as Properties, RESOURCE } from "../contract/release.ts";
import type { Releases } from "./releases.ts";

export interface DeployedQueuesProps {
  readonly releases: Releases;
  readonly queues: readonly DeployedQueue[];
}

/**
 * The queues of a stack and the rules that fill them, noted in the table with each deployment: what replays events, sends
 * dead letters back and shows backlogs finds them there, and need not know them when it is deployed.
 */
export class DeployedQueues extends Construct {
  constructor(scope: Construct, id: string, { releases, queues }: DeployedQueuesProps) {
    super(scope, id);
    const properties: Properties = { queues: [...queues] };
    releases.ask(this, "Resource", RESOURCE.queues, properties);
  }
}
