import { CfnOutput } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Control } from "./control.ts";
import type { ControlPlane } from "./control-plane/control-plane.ts";
import type { Platform } from "./platform.ts";

/** Creates the outputs that the command line reads, under names without a hash. */
export function createOutputs(
  scope: Construct,
  { bus, table, artifacts }: Pick<Platform, "bus" | "table" | "artifacts">,
  control: Control,
  controlPlane: ControlPlane | undefined,
): void {
  const outputs = {
    MillraceBus: [bus.bus.eventBusName, "Name of the event bus: send events here"],
    MillraceTable: [table.table.tableName, "Runs, claims, approvals, quarantine"],
    MillraceControl: [control.handler.function.functionName, "Function that carries out operator actions"],
    MillraceArtifactBucket: [artifacts.bucket.bucketName, "Files of runs"],
    ...(controlPlane && { MillraceConsole: [controlPlane.url, "The console, and its API"] }),
    ...(controlPlane?.token && {
      MillraceToken: [controlPlane.token.secretArn, "Secret with the token to sign in"],
    }),
  } as const;
  for (const [name, [value, description]] of Object.entries(outputs)) {
    new CfnOutput(scope, name, { value, description }).overrideLogicalId(name);
  }
}
