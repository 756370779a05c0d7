import type { ArtifactBucket } from "./artifact-bucket.ts";
import type { HandlerBundles } from "./bundles/handler-bundles.ts";
import type { EventBus } from "./event-bus.ts";
import type { ImageModels, Models } from "./models.ts";
import type { StateMachines } from "./state-machines.ts";
import type { StateTable } from "./state-table.ts";

/** What all constructs of one Millrace share. */
export interface Platform {
  /** The bus of all events. */
  readonly bus: EventBus;
  /** The state of runs. */
  readonly table: StateTable;
  /** Files and large values of runs. */
  readonly artifacts: ArtifactBucket;
  /** The names of the workflows' state machines. */
  readonly stateMachines: StateMachines;
  /** The code of functions. */
  readonly bundles: HandlerBundles;
  /** The language models that steps and reactions may call. @default the embedded one */
  readonly models?: Models | undefined;
  /** The image models that steps and reactions may call. @default the embedded one */
  readonly imageModels?: ImageModels | undefined;
}
