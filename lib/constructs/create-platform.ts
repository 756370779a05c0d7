import { Duration } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { milliseconds } from "../contract/duration.ts";
import { workersOf } from "../workflow/workers.ts";
import type { Workflow } from "../workflow/workflow.ts";
import type { AppDefinitions } from "./app-definitions.ts";
import { ArtifactBucket } from "./artifact-bucket.ts";
import { WAITS_HANDLER } from "./bundles/find-handlers.ts";
import { HandlerBundles, intakeOf } from "./bundles/handler-bundles.ts";
import { EventBus } from "./event-bus.ts";
import type { MillraceProps } from "./millrace-props.ts";
import type { Platform } from "./platform.ts";
import { StateMachines } from "./state-machines.ts";
import { StateTable } from "./state-table.ts";

/** Creates the bus, the stores and the code of functions of one Millrace. */
export function createPlatform(
  scope: Construct,
  { workflows, reactions, awaited }: AppDefinitions,
  {
    handlers = "workflows",
    retention = Duration.days(90),
    removalPolicy,
    encryptionKey,
    models,
    imageModels,
  }: MillraceProps,
): Platform {
  // The items of a run's beginning are kept for the retention after its end.
  const retentionDays = retention.toDays() + longestDeadline(workflows);
  return {
    bus: new EventBus(scope, "Events", { archiveRetention: retention }),
    table: new StateTable(scope, "State", { retentionDays, removalPolicy, encryptionKey }),
    artifacts: new ArtifactBucket(scope, "Artifacts", { retentionDays, removalPolicy }),
    bundles: new HandlerBundles(scope, "Handlers", {
      handlers,
      needed: [
        ...(awaited.length > 0 ? [WAITS_HANDLER] : []),
        ...workflows.map(({ name }) => intakeOf(name)),
        ...reactions.map(({ name }) => name),
      ],
      workers: new Map(workflows.map((workflow) => [workflow.name, workersOf(workflow)])),
    }),
    stateMachines: new StateMachines(scope),
    models,
    imageModels,
  };
}

const DAY = milliseconds("1 day");

/** Days that the run of a workflow may take, rounded up. */
function longestDeadline(workflows: readonly Workflow[]): number {
  return Math.max(0, ...workflows.map(({ deadline }) => Math.ceil(milliseconds(deadline) / DAY)));
}
