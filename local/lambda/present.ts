import type { Kernel } from "../kernel/kernel.ts";
import { type FunctionVersion, LATEST } from "./functions.ts";
import { functionArn } from "./names.ts";

/** The default level of JSON logs. */
const LEVELS = { ApplicationLogLevel: "INFO", SystemLogLevel: "INFO" };

/** The FunctionConfiguration of the API. `qualified` writes the version into the ARN of `$LATEST` as well. */
export function presentConfiguration(kernel: Kernel, version: FunctionVersion, qualified = false) {
  const { Environment, DeadLetterArn, Role, Runtime, Handler, ...settings } = version.settings;
  const plain = version.version === LATEST && !qualified;
  return {
    FunctionName: version.name,
    FunctionArn: functionArn(kernel, version.name, plain ? undefined : version.version),
    Runtime,
    Role,
    Handler,
    CodeSize: 0,
    ...settings,
    LoggingConfig: {
      LogGroup: `/aws/lambda/${version.name}`,
      ...(settings.LoggingConfig.LogFormat === "JSON" && LEVELS),
      ...settings.LoggingConfig,
    },
    LastModified: new Date(version.modified).toISOString().replace("Z", "+0000"),
    CodeSha256: Buffer.from(version.revision.replaceAll("-", ""), "hex").toString("base64"),
    Version: version.version,
    ...(Object.keys(Environment).length > 0 && { Environment: { Variables: Environment } }),
    ...(DeadLetterArn && { DeadLetterConfig: { TargetArn: DeadLetterArn } }),
    RevisionId: version.revision,
    State: "Active",
    LastUpdateStatus: "Successful",
    PackageType: "Zip",
    SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
    RuntimeVersionConfig: { RuntimeVersionArn: `arn:aws:lambda:${kernel.region}::runtime:${Runtime}` },
  };
}
