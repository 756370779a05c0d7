import type { ArtifactBucket } from "./artifact-bucket.ts";
import type { HandlerBundles } from "./bundles/handler-bundles.ts";
import type { EventBus } from "./event-bus.ts";
import type { StateMachines } from "./state-machines.ts";
import type { StateTable } from "./state-table.ts";

/** What all constructs of one Millrace share: its bus, stores and state machines, and the code of handlers. */
export interface Platform {
  readonly bus: EventBus;
  readonly table: StateTable;
  readonly artifacts: ArtifactBucket;
  readonly stateMachines: StateMachines;
  readonly bundles: HandlerBundles;
}
