import type { Command } from "commander";
import { tableApprovals } from "../lambdas/runtime/aws/approvals.ts";
import { eventBridge } from "../lambdas/runtime/aws/bus.ts";
import { controlFunction } from "../lambdas/runtime/aws/control-client.ts";
import { deadLetterReader } from "../lambdas/runtime/aws/dead-letter-reader.ts";
import { deliveryReader } from "../lambdas/runtime/aws/delivery-reader.ts";
import { findDeployment } from "../lambdas/runtime/aws/deployment.ts";
import { functionLogs } from "../lambdas/runtime/aws/function-logs.ts";
import { lazyArtifacts } from "../lambdas/runtime/aws/lazy-artifacts.ts";
import { logReader } from "../lambdas/runtime/aws/log-reader.ts";
import { replayReader } from "../lambdas/runtime/aws/replay-reader.ts";
import { runReader } from "../lambdas/runtime/aws/run-reader.ts";
import { openTable } from "../lambdas/runtime/aws/table.ts";
import type { DeadLetterReader } from "../lambdas/runtime/dead-letters/ports.ts";
import type { DeliveryReader } from "../lambdas/runtime/ledger/ports.ts";
import type {
  Approvals,
  Artifacts,
  Bus,
  FunctionLogs,
  LogReader,
  RunReader,
} from "../lambdas/runtime/ports.ts";
import type { ReplayReader } from "../lambdas/runtime/replay/ports.ts";
import type { CommandOutcome, Command as Order } from "../lib/contract/command.ts";

/** A deployed Millrace, as commands use it. */
export interface Session {
  bus: Bus;
  reader: RunReader;
  /** What happened to runs. */
  eventLog: LogReader;
  logs: FunctionLogs;
  deadLetters: DeadLetterReader;
  deliveries: DeliveryReader;
  replays: ReplayReader;
  approvals: Approvals;
  artifacts: Artifacts;
  /** Has a command carried out. */
  control(command: Order): Promise<CommandOutcome>;
}

/** Connects to the stack that the command line names. */
export async function connect(command: Command): Promise<Session> {
  const { stack } = command.optsWithGlobals<{ stack: string }>();
  const { bus, table: name, artifactBucket, control } = await findDeployment(stack);
  const table = openTable(name);
  return {
    bus: eventBridge(bus),
    reader: runReader(table),
    eventLog: logReader(table),
    logs: functionLogs(stack),
    deadLetters: deadLetterReader(table),
    deliveries: deliveryReader(table),
    replays: replayReader(table),
    approvals: tableApprovals(table),
    artifacts: lazyArtifacts(artifactBucket, ""),
    control: controlFunction(control),
  };
}
