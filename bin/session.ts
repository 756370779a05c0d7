import type { Command } from "commander";
import { tableApprovals } from "../lambdas/runtime/aws/approvals.ts";
import { eventBridge } from "../lambdas/runtime/aws/bus.ts";
import { findDeployment } from "../lambdas/runtime/aws/deployment.ts";
import { lazyArtifacts } from "../lambdas/runtime/aws/lazy-artifacts.ts";
import { runReader } from "../lambdas/runtime/aws/run-reader.ts";
import { openTable } from "../lambdas/runtime/aws/table.ts";
import type { Approvals, Artifacts, Bus, RunReader } from "../lambdas/runtime/ports.ts";

/** A deployed Millrace, as commands use it. */
export interface Session {
  bus: Bus;
  reader: RunReader;
  approvals: Approvals;
  artifacts: Artifacts;
}

/** Connects to the stack that the command line names. */
export async function connect(command: Command): Promise<Session> {
  const { stack } = command.optsWithGlobals<{ stack: string }>();
  const { bus, table: name, artifactBucket } = await findDeployment(stack);
  const table = openTable(name);
  return {
    bus: eventBridge(bus),
    reader: runReader(table),
    approvals: tableApprovals(table),
    artifacts: lazyArtifacts(artifactBucket, ""),
  };
}
