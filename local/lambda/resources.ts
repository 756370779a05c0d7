import { createHash } from "node:crypto";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ServiceError, UserError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { privateFolder } from "../kernel/private-folder.ts";
import type { Assets, ResolvedResource, ResourceProvider } from "../kernel/resource.ts";
import { LATEST } from "./functions.ts";
import { functionArn, readFunctionName } from "./names.ts";
import type { LambdaService } from "./service.ts";
import { readSettings, unservedSettings } from "./settings.ts";

const KEYS = "encryption at rest changes nothing locally";

const lambda = (kernel: Kernel) => kernel.service("lambda") as LambdaService;

/** AWS::Lambda::Function. Ref is the function's name. */
const lambdaFunction: ResourceProvider = {
  type: "AWS::Lambda::Function",
  serves: {
    FunctionName: true,
    Description: true,
    Code: {
      S3Bucket: "assets are read from the cloud assembly",
      S3Key: true,
      ZipFile: true,
      SourceKMSKeyArn: KEYS,
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
    KmsKeyArn: KEYS,
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
    lambda(kernel).functions.put(name, code, settings, { RuntimeManagementConfig, KmsKeyArn });
    const Resource = functionArn(kernel, name);
    const reserved = Number(ReservedConcurrentExecutions);
    await (ReservedConcurrentExecutions === undefined
      ? kernel.call("lambda", "DeleteFunctionConcurrency", { FunctionName: name })
      : kernel.call("lambda", "PutFunctionConcurrency", {
          FunctionName: name,
          ReservedConcurrentExecutions: reserved,
        }));
    await kernel.call("lambda", "PutFunctionRecursionConfig", { FunctionName: name, RecursiveLoop });
    lambda(kernel).functions.setTags(name, readTags(Tags));
    return { ref: name, attributes: { Arn: Resource, SnapStartResponse: {} } };
  },

  remove(name, kernel) {
    if (lambda(kernel).functions.has(name)) lambda(kernel).functions.remove(name);
  },
};

/** AWS::Lambda::EventSourceMapping. Ref is its UUID. */
const mapping: ResourceProvider = {
  type: "AWS::Lambda::EventSourceMapping",
  serves: {
    EventSourceArn: true,
    FunctionName: true,
    Enabled: true,
    BatchSize: true,
    FilterCriteria: true,
    MaximumBatchingWindowInSeconds: true,
    FunctionResponseTypes: true,
    ScalingConfig: true,
    StartingPosition: true,
    ParallelizationFactor: true,
    MaximumRetryAttempts: true,
    Tags: true,
    MaximumRecordAgeInSeconds: true,
    BisectBatchOnFunctionError: true,
    DestinationConfig: true,
    TumblingWindowInSeconds: true,
    KmsKeyArn: KEYS,
    MetricsConfig: "the local cloud counts no metrics",
  },

  async deploy(resource, kernel) {
    const {
      KmsKeyArn: _key,
      MetricsConfig: _metrics,
      BisectBatchOnFunctionError,
      Tags,
      ...rest
    } = resource.properties;
    const uuid = await lambda(kernel).mappings.deploy(resource.generatedName, {
      ...rest,
      Tags: readTags(Tags),
      ...(BisectBatchOnFunctionError !== undefined && {
        BisectBatchOnFunctionError: String(BisectBatchOnFunctionError) === "true",
      }),
    });
    const arn = kernel.arn("lambda", `event-source-mapping:${uuid}`);
    return { ref: uuid, attributes: { Id: uuid, EventSourceMappingArn: arn } };
  },

  remove(uuid, kernel) {
    lambda(kernel).mappings.remove(uuid);
  },
};

/** AWS::Lambda::Permission: a statement of the function's policy. */
const permission: ResourceProvider = {
  type: "AWS::Lambda::Permission",
  serves: {
    Action: true,
    FunctionName: true,
    Principal: true,
    SourceArn: true,
    SourceAccount: true,
    FunctionUrlAuthType: "URLs check their own AuthType",
    InvokedViaFunctionUrl: "URLs check their own AuthType",
  },

  async deploy(resource, kernel) {
    const { FunctionName, Action, Principal, SourceArn, SourceAccount } = resource.properties;
    const StatementId = resource.generatedName;
    const { name, qualifier: Qualifier } = readFunctionName(kernel, FunctionName);
    removeStatement(kernel, name, StatementId);
    const statement = { StatementId, Action, Principal, SourceArn, SourceAccount };
    await kernel.call("lambda", "AddPermission", { FunctionName: name, Qualifier, ...statement });
    return { ref: StatementId, attributes: { Id: StatementId } };
  },

  remove(StatementId, kernel) {
    for (const name of lambda(kernel).functions.names()) removeStatement(kernel, name, StatementId);
  },
};

/** AWS::Lambda::Version. Ref is the version's ARN; an unchanged template publishes no second one. */
const version: ResourceProvider = {
  type: "AWS::Lambda::Version",
  serves: { FunctionName: true, Description: true, CodeSha256: "the code is what the assembly carries" },

  deploy(resource, kernel) {
    const { functions } = lambda(kernel);
    const { FunctionName, Description } = resource.properties;
    const { name } = functions.resolve(FunctionName).version;
    const before = resource.deployedAs && readFunctionName(kernel, resource.deployedAs).qualifier;
    const version = before && functions.isLatest(name, before) ? before : publish();
    const ref = functionArn(kernel, name, version);
    return { ref, attributes: { Version: version, FunctionArn: ref } };

    function publish(): string {
      const newest = functions.newest(name);
      if (!before && functions.isLatest(name, newest)) throw alreadyExists(newest);
      return functions.publish(name, Description).version;
    }
  },

  remove(arn, kernel) {
    const { functions } = lambda(kernel);
    const { name, qualifier } = readFunctionName(kernel, arn);
    if (functions.exists(name, qualifier)) functions.remove(name, qualifier);
  },
};

/**
 * CloudFormation's error if Lambda publishes nothing, since the function has not changed since its newest
 * version.
 */
const alreadyExists = (version: string) =>
  new ServiceError(
    "AlreadyExists",
    `A version for this Lambda function exists ( ${version} ). Modify the function to create a new version.`,
  );

/** AWS::Lambda::Alias. Ref is the alias's ARN. */
const alias: ResourceProvider = {
  type: "AWS::Lambda::Alias",
  serves: { FunctionName: true, FunctionVersion: true, Name: true, Description: true },

  async deploy(resource, kernel) {
    const { FunctionName, Name } = resource.properties;
    const { functions } = lambda(kernel);
    const { name } = functions.resolve(FunctionName).version;
    const operation = functions.alias(name, Name) ? "UpdateAlias" : "CreateAlias";
    await kernel.call("lambda", operation, { ...resource.properties, FunctionName: name });
    const ref = functionArn(kernel, name, Name);
    return { ref, attributes: { AliasArn: ref } };
  },

  async remove(arn, kernel) {
    const { name, qualifier } = readFunctionName(kernel, arn);
    if (!lambda(kernel).functions.has(name)) return;
    await kernel.call("lambda", "DeleteAlias", { FunctionName: name, Name: qualifier });
  },
};

/** AWS::Lambda::Url. Ref is the function's ARN. */
const url: ResourceProvider = {
  type: "AWS::Lambda::Url",
  serves: { TargetFunctionArn: true, Qualifier: true, AuthType: true, Cors: true, InvokeMode: true },

  deploy(resource, kernel) {
    const { TargetFunctionArn, Qualifier, ...config } = resource.properties;
    const { functions, urls } = lambda(kernel);
    const { version, qualifier, arn } = functions.resolve(TargetFunctionArn, Qualifier);
    const row = urls.put(version.name, qualifier ?? "", config);
    return { ref: arn, attributes: { FunctionArn: arn, FunctionUrl: urls.address(row) } };
  },

  async remove(arn, kernel) {
    const { name, qualifier } = readFunctionName(kernel, arn);
    if (!lambda(kernel).functions.has(name)) return;
    await kernel.call("lambda", "DeleteFunctionUrlConfig", { FunctionName: name, Qualifier: qualifier });
  },
};

/** AWS::Lambda::EventInvokeConfig. */
const invokeConfig: ResourceProvider = {
  type: "AWS::Lambda::EventInvokeConfig",
  serves: {
    FunctionName: true,
    Qualifier: true,
    MaximumRetryAttempts: true,
    MaximumEventAgeInSeconds: true,
    DestinationConfig: true,
  },

  async deploy(resource, kernel) {
    const { FunctionName, Qualifier = LATEST, ...config } = resource.properties;
    const { name } = readFunctionName(kernel, FunctionName);
    await kernel.call("lambda", "PutFunctionEventInvokeConfig", { FunctionName: name, Qualifier, ...config });
    return { ref: functionArn(kernel, name, Qualifier), attributes: {} };
  },

  async remove(arn, kernel) {
    const { name, qualifier: Qualifier } = readFunctionName(kernel, arn);
    if (!lambda(kernel).functions.has(name)) return;
    await kernel.call("lambda", "DeleteFunctionEventInvokeConfig", { FunctionName: name, Qualifier });
  },
};

export const lambdaResources: ResourceProvider[] = [
  lambdaFunction,
  mapping,
  permission,
  version,
  alias,
  url,
  invokeConfig,
];

/** A template has a list where the API has a map. */
function readTags(list: { Key: string; Value: unknown }[] = []): Record<string, string> {
  return Object.fromEntries(list.map(({ Key, Value }) => [Key, String(Value)]));
}

/** Removes a template's statement from the function's policies, wherever it is. */
function removeStatement(kernel: Kernel, name: string, statement: string): void {
  const statements: { Sid: string }[] = JSON.parse(lambda(kernel).functions.row(name).statements);
  const left = JSON.stringify(statements.filter(({ Sid }) => Sid !== statement));
  kernel.store.run("UPDATE lambda_function SET statements = ? WHERE name = ?", left, name);
}

/** The folder with the function's code: the asset's, or one that holds the text of an inline function. */
function codeFolder(resource: ResolvedResource, code: any, assets: Assets): string {
  if (typeof code?.ZipFile === "string") {
    const digest = createHash("sha256").update(code.ZipFile).digest("hex");
    const folder = join(privateFolder("millrace-inline-code"), digest);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "index.js"), code.ZipFile);
    return folder;
  }
  if (typeof code?.S3Key !== "string") throw new UserError(`${resource.path}: Code names no asset.`);
  const folder = assets.path(code.S3Key);
  if (existsSync(folder) && statSync(folder).isDirectory()) return folder;
  throw new UserError(
    `${resource.path}: the code ${folder} is not a folder. The local cloud runs functions from folders: give Code.fromAsset the folder instead of an archive.`,
  );
}
