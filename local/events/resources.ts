import { createHash } from "node:crypto";
import { hasCode, UserError } from "../kernel/errors.ts";
import { asText } from "../kernel/json-text.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { DeployedResource, ResolvedResource, ResourceProvider } from "../kernel/resource.ts";
import { Connections } from "./connections/connections.ts";
import { privateEndpoint } from "./connections/input.ts";
import type { Target } from "./targets.ts";

const ENCRYPTION = "at rest encryption changes nothing locally";

const bus: ResourceProvider = {
  type: "AWS::Events::EventBus",
  serves: {
    Name: true,
    Description: true,
    DeadLetterConfig: { Arn: true },
    KmsKeyIdentifier: ENCRYPTION,
    LogConfig: "the local cloud keeps no log of a bus",
    Policy: true,
    Tags: true,
  },
  async deploy({ properties, generatedName }, kernel) {
    const { Description, DeadLetterConfig, Policy, Tags } = properties;
    const Name = properties.Name ?? generatedName;
    const settings = { Name, Description, DeadLetterConfig };
    const arn = kernel.arn("events", `event-bus/${Name}`);
    if (await exists(kernel, "DescribeEventBus", { Name }))
      await kernel.call("events", "UpdateEventBus", settings);
    else await kernel.call("events", "CreateEventBus", settings);
    await replaceTags(kernel, arn, Tags);
    if (Policy !== undefined) {
      await kernel.call("events", "PutPermission", { EventBusName: Name, Policy: JSON.stringify(Policy) });
    }
    return { ref: Name, attributes: { Arn: arn, Name } };
  },
  async remove(name, kernel) {
    await kernel.call("events", "DeleteEventBus", { Name: name });
  },
};

const rule: ResourceProvider = {
  type: "AWS::Events::Rule",
  serves: {
    Name: true,
    Description: true,
    EventBusName: true,
    EventPattern: true,
    ScheduleExpression: true,
    State: true,
    RoleArn: true,
    Tags: true,
    Targets: {
      Id: true,
      Arn: true,
      RoleArn: true,
      Input: true,
      InputPath: true,
      InputTransformer: { InputPathsMap: true, InputTemplate: true },
      SqsParameters: { MessageGroupId: true },
      HttpParameters: { PathParameterValues: true, HeaderParameters: true, QueryStringParameters: true },
      DeadLetterConfig: { Arn: true },
      RetryPolicy: { MaximumRetryAttempts: true, MaximumEventAgeInSeconds: true },
    },
  },
  async deploy({ properties, generatedName }, kernel) {
    const { EventPattern, EventBusName, ScheduleExpression, State, Description, RoleArn, Tags } = properties;
    const Name = properties.Name ?? generatedName;
    const at = { Rule: Name, EventBusName };
    const { RuleArn } = await kernel.call("events", "PutRule", {
      Name,
      EventBusName,
      ...(EventPattern !== undefined && { EventPattern: asText(EventPattern) }),
      ScheduleExpression,
      State,
      Description,
      RoleArn,
    });
    await replaceTags(kernel, RuleArn, Tags);
    await replaceTargets(kernel, at, (properties.Targets ?? []).map(withNumbers));
    const [, onBus] = /:rule\/(.+)\/[^/]+$/.exec(RuleArn) ?? [];
    return { ref: onBus === undefined ? Name : `${onBus}|${Name}`, attributes: { Arn: RuleArn } };
  },
  async remove(physicalId, kernel) {
    const [name = "", EventBusName] = physicalId.split("|").reverse();
    await replaceTargets(kernel, { Rule: name, EventBusName }, []);
    await kernel.call("events", "DeleteRule", { Name: name, EventBusName });
  },
};

const archive: ResourceProvider = {
  type: "AWS::Events::Archive",
  serves: {
    ArchiveName: true,
    SourceArn: true,
    Description: true,
    EventPattern: true,
    RetentionDays: true,
    KmsKeyIdentifier: ENCRYPTION,
  },
  async deploy(resource, kernel) {
    const { SourceArn, Description, EventPattern, RetentionDays } = resource.properties;
    // The end of a generated name makes it unique; an archive's name is shorter than others.
    const ArchiveName = resource.properties.ArchiveName ?? resource.generatedName.slice(-48);
    const settings: Record<string, unknown> = {
      ArchiveName,
      Description: Description ?? "",
      ...(EventPattern !== undefined && { EventPattern: asText(EventPattern) }),
      RetentionDays: Number(RetentionDays ?? 0),
    };
    const before = await exists(kernel, "DescribeArchive", { ArchiveName });
    // An update cannot remove a pattern, but replace it by one that every event matches.
    if (before?.EventPattern !== undefined) settings.EventPattern ??= asText({ source: [{ exists: true }] });
    if (!before) await kernel.call("events", "CreateArchive", { ...settings, EventSourceArn: SourceArn });
    else if (before.EventSourceArn === SourceArn) await kernel.call("events", "UpdateArchive", settings);
    else
      throw refuse(
        resource,
        `an archive cannot move from ${before.EventSourceArn} to ${SourceArn}; give it another name`,
      );
    return {
      ref: ArchiveName,
      attributes: { ArchiveName, Arn: kernel.arn("events", `archive/${ArchiveName}`) },
    };
  },
  async remove(ArchiveName, kernel) {
    await kernel.call("events", "DeleteArchive", { ArchiveName });
  },
};

const policy: ResourceProvider = {
  type: "AWS::Events::EventBusPolicy",
  serves: {
    EventBusName: true,
    StatementId: true,
    Statement: true,
    Action: true,
    Principal: true,
    Condition: true,
  },
  // Whatever its bus: https://github.com/aws/aws-cdk/issues/29627
  uniqueId: ({ StatementId }) => ({ property: "StatementId", value: StatementId }),
  async deploy({ properties }, kernel): Promise<DeployedResource> {
    const { EventBusName = "default", StatementId, Statement, Action, Principal, Condition } = properties;
    if (Statement === undefined) {
      const permission = { EventBusName, StatementId, Action, Principal, Condition };
      await kernel.call("events", "PutPermission", permission);
    } else {
      const { Policy } = await kernel.call("events", "DescribeEventBus", { Name: EventBusName });
      const others = (Policy === undefined ? [] : JSON.parse(Policy).Statement).filter(
        ({ Sid }: { Sid?: string }) => Sid !== StatementId,
      );
      const document = { Version: "2012-10-17", Statement: [...others, { ...Statement, Sid: StatementId }] };
      await kernel.call("events", "PutPermission", { EventBusName, Policy: JSON.stringify(document) });
    }
    return { ref: StatementId, identity: `${EventBusName}|${StatementId}`, attributes: {} };
  },
  async remove(identity, kernel) {
    const [EventBusName, StatementId] = identity.split("|");
    await kernel.call("events", "RemovePermission", { EventBusName, StatementId });
  },
};

/** What was set through the API stays until the template sets something else. */
const connection: ResourceProvider = {
  type: "AWS::Events::Connection",
  serves: {
    Name: true,
    Description: true,
    AuthorizationType: true,
    AuthParameters: {
      ApiKeyAuthParameters: true,
      BasicAuthParameters: true,
      ConnectivityParameters: true,
      InvocationHttpParameters: true,
      OAuthParameters: true,
    },
    InvocationConnectivityParameters: true,
    KmsKeyIdentifier: ENCRYPTION,
  },
  refuses({ InvocationConnectivityParameters, AuthParameters }: Record<string, any>) {
    return [
      ...(InvocationConnectivityParameters ? [privateEndpoint("InvocationConnectivityParameters")] : []),
      ...(AuthParameters?.ConnectivityParameters
        ? [privateEndpoint("AuthParameters.ConnectivityParameters")]
        : []),
    ];
  },
  async deploy({ properties, generatedName }, kernel) {
    const { Description, AuthorizationType, AuthParameters } = properties;
    const Name = properties.Name ?? generatedName;
    const settings = { Name, Description, AuthorizationType, AuthParameters };
    const connections = new Connections(kernel);
    const declared = createHash("sha256").update(JSON.stringify(settings)).digest("hex");
    const before = connections.find(Name);
    if (!before) await kernel.call("events", "CreateConnection", settings);
    else if (before.declared !== declared) await kernel.call("events", "UpdateConnection", settings);
    const row = connections.declare(Name, declared);
    const Arn = connections.arn(row);
    return { ref: Name, attributes: { Arn, ArnForPolicy: withoutId(Arn), SecretArn: row.secret } };
  },
  async remove(Name, kernel) {
    await kernel.call("events", "DeleteConnection", { Name });
  },
};

const apiDestination: ResourceProvider = {
  type: "AWS::Events::ApiDestination",
  serves: {
    Name: true,
    Description: true,
    ConnectionArn: true,
    HttpMethod: true,
    InvocationEndpoint: true,
    InvocationRateLimitPerSecond: true,
  },
  async deploy({ properties, generatedName }, kernel) {
    const { InvocationRateLimitPerSecond: rate, ...given } = properties;
    const Name = properties.Name ?? generatedName;
    const settings = {
      ...given,
      Name,
      ...(rate !== undefined && { InvocationRateLimitPerSecond: Number(rate) }),
    };
    const before = await exists(kernel, "DescribeApiDestination", { Name });
    const operation = before ? "UpdateApiDestination" : "CreateApiDestination";
    const { ApiDestinationArn: Arn } = await kernel.call("events", operation, settings);
    return { ref: Name, attributes: { Arn, ArnForPolicy: withoutId(Arn) } };
  },
  async remove(Name, kernel) {
    await kernel.call("events", "DeleteApiDestination", { Name });
  },
};

/** The CloudFormation types of EventBridge. */
export const eventsResources: ResourceProvider[] = [bus, rule, archive, policy, connection, apiDestination];

const withoutId = (arn: string) => arn.slice(0, arn.lastIndexOf("/"));

async function replaceTargets(
  kernel: Kernel,
  at: { Rule: string; EventBusName: string | undefined },
  wanted: Target[],
): Promise<void> {
  const { Targets } = await kernel.call("events", "ListTargetsByRule", at);
  const gone = (Targets as Target[]).map(({ Id }) => Id).filter((id) => !wanted.some(({ Id }) => Id === id));
  if (gone.length > 0) await kernel.call("events", "RemoveTargets", { ...at, Ids: gone });
  if (wanted.length > 0) await kernel.call("events", "PutTargets", { ...at, Targets: wanted });
}

async function replaceTags(
  kernel: Kernel,
  ResourceARN: string,
  wanted: { Key: string; Value: string }[] = [],
) {
  const { Tags } = await kernel.call("events", "ListTagsForResource", { ResourceARN });
  const gone = (Tags as { Key: string }[])
    .map(({ Key }) => Key)
    .filter((key) => !wanted.some(({ Key }) => Key === key));
  if (gone.length > 0) await kernel.call("events", "UntagResource", { ResourceARN, TagKeys: gone });
  if (wanted.length > 0) await kernel.call("events", "TagResource", { ResourceARN, Tags: wanted });
}

/** What the operation describes, undefined if it does not exist. */
async function exists(kernel: Kernel, operation: string, input: object): Promise<any> {
  try {
    return await kernel.call("events", operation, input);
  } catch (error) {
    if (hasCode(error, "ResourceNotFoundException")) return undefined;
    throw error;
  }
}

/** Templates may write numbers as texts. */
function withNumbers(target: Target): Target {
  if (!target.RetryPolicy) return target;
  const numbers = Object.entries(target.RetryPolicy).map(([name, value]) => [name, Number(value)]);
  return { ...target, RetryPolicy: Object.fromEntries(numbers) };
}

function refuse({ path }: ResolvedResource, why: string): UserError {
  return new UserError(`${path}: ${why}.`);
}
