import type { ResourceProvider } from "../../kernel/resource.ts";
import { functionArn } from "../names.ts";
import { readSettings, unservedSettings } from "../settings.ts";
import { codeFolder } from "./code-folder.ts";
import { lambdaOf } from "./lambda-of.ts";
import { readTags } from "./tags.ts";
import { ENCRYPTION } from "./unserved.ts";

/** AWS::Lambda::Function. Ref is the function's name. */
export const lambdaFunction: ResourceProvider = {
  type: "AWS::Lambda::Function",
  serves: {
    FunctionName: true,
    Description: true,
    Code: {
      S3Bucket: "assets are read from the cloud assembly",
      S3Key: true,
      ZipFile: true,
      SourceKMSKeyArn: ENCRYPTION,
    },
    Handler: true,
    Runtime: true,
    Role: true,
    Environment: { Variables: true },
    MemorySize: true,
    Timeout: true,
    EphemeralStorage: "the machine's temporary folder is used, without a limit",
    Architectures: "functions run on this machine's architecture",
    TracingConfig: true,
    LoggingConfig: true,
    ReservedConcurrentExecutions: true,
    DeadLetterConfig: { TargetArn: true },
    RecursiveLoop: true,
    RuntimeManagementConfig: "functions run on this machine's Node.js",
    PackageType: true,
    Layers: true,
    VpcConfig: true,
    SnapStart: true,
    KmsKeyArn: ENCRYPTION,
    Tags: true,
  },
  refuses: unservedSettings,

  async deploy(resource, kernel, assets) {
    const {
      FunctionName,
      Code,
      Tags,
      ReservedConcurrentExecutions,
      RecursiveLoop = "Terminate",
      ...rest
    } = resource.properties;
    const { RuntimeManagementConfig, KmsKeyArn, ...parameters } = rest;
    const name = FunctionName ?? resource.generatedName;
    const settings = readSettings(parameters);
    const code = codeFolder(resource, Code, assets);
    lambdaOf(kernel).functions.put(name, code, settings, { RuntimeManagementConfig, KmsKeyArn });
    const Resource = functionArn(kernel, name);
    const reserved = Number(ReservedConcurrentExecutions);
    await (ReservedConcurrentExecutions === undefined
      ? kernel.call("lambda", "DeleteFunctionConcurrency", { FunctionName: name })
      : kernel.call("lambda", "PutFunctionConcurrency", {
          FunctionName: name,
          ReservedConcurrentExecutions: reserved,
        }));
    await kernel.call("lambda", "PutFunctionRecursionConfig", { FunctionName: name, RecursiveLoop });
    lambdaOf(kernel).functions.setTags(name, readTags(Tags));
    return { ref: name, attributes: { Arn: Resource, SnapStartResponse: {} } };
  },

  remove(name, kernel) {
    if (lambdaOf(kernel).functions.has(name)) lambdaOf(kernel).functions.remove(name);
  },
};
