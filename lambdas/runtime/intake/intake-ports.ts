import type { QuarantinePorts } from "../events/quarantine.ts";
import type { DeliveryReceipts } from "../ledger/ports.ts";
import type { Executions } from "../ports/executions.ts";
import type { Artifacts } from "../ports/files.ts";
import type { Runs } from "../ports/runs.ts";
import type { About } from "../telemetry/log-fields.ts";
import type { Batches } from "./batch/ports.ts";
import type { SharedLimits } from "./limit/ports.ts";
import type { TurnPorts } from "./turn.ts";

export interface IntakePorts extends TurnPorts, QuarantinePorts {
  runs: Pick<
    Runs,
    "accept" | "read" | "started" | "startedExpress" | "handedOver" | "end" | "hold" | "change"
  >;
  executions: Pick<Executions, "start" | "stop">;
  /** Of a workflow that collects events. */
  batches: Batches;
  /** Of a workflow with a shared limit. */
  limits?: SharedLimits | undefined;
  about?: About;
  deliveries: DeliveryReceipts;
  /** Where large values of a run are stored. */
  artifacts(workflow: string, run: string): Artifacts;
}
