import { hasCode, ServiceError, UserError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { DeployedResource, ResolvedResource, ResourceProvider } from "../kernel/resource.ts";

const ENCRYPTION = "encryption at rest changes nothing locally";

const STATE_MACHINE: ResourceProvider = {
  type: "AWS::StepFunctions::StateMachine",
  serves: {
    Definition: true,
    DefinitionString: true,
    DefinitionSubstitutions: true,
    RoleArn: true,
    StateMachineName: true,
    StateMachineType: true,
    LoggingConfiguration: {
      Level: true,
      IncludeExecutionData: true,
      Destinations: { CloudWatchLogsLogGroup: { LogGroupArn: true } },
    },
    TracingConfiguration: { Enabled: true },
    Tags: { Key: true, Value: true },
    EncryptionConfiguration: ENCRYPTION,
  },
  async deploy(resource, kernel) {
    const { properties } = resource;
    const name = properties.StateMachineName ?? resource.generatedName;
    const arn = kernel.arn("states", `stateMachine:${name}`);
    const type = properties.StateMachineType ?? "STANDARD";
    const definition = {
      definition: definitionOf(resource),
      roleArn: properties.RoleArn,
      loggingConfiguration: logging(properties.LoggingConfiguration),
      tracingConfiguration: { enabled: flag(properties.TracingConfiguration?.Enabled) },
    };
    const existing = await find(
      kernel,
      "DescribeStateMachine",
      { stateMachineArn: arn },
      "StateMachineDoesNotExist",
    );
    if (existing && existing.type !== type) {
      throw new UserError(
        `${resource.path}: a state machine keeps its StateMachineType, which was ${existing.type} and is now ${type}. Give it another StateMachineName.`,
      );
    }
    if (!existing) {
      await call(resource, kernel, "CreateStateMachine", { name, type, ...definition });
    } else if (!isUpToDate(existing, definition)) {
      await call(resource, kernel, "UpdateStateMachine", { stateMachineArn: arn, ...definition });
    }
    await tag(resource, kernel, arn);
    const { revisionId = "INITIAL" } = await kernel.call("states", "DescribeStateMachine", {
      stateMachineArn: arn,
    });
    return { ref: arn, attributes: { Arn: arn, Name: name, StateMachineRevisionId: revisionId } };
  },
  async remove(arn, kernel) {
    await kernel.call("states", "DeleteStateMachine", { stateMachineArn: arn });
  },
};

const VERSION: ResourceProvider = {
  type: "AWS::StepFunctions::StateMachineVersion",
  serves: { StateMachineArn: true, StateMachineRevisionId: true, Description: true },
  async deploy(resource, kernel) {
    const { StateMachineArn, StateMachineRevisionId, Description } = resource.properties;
    const { stateMachineVersionArn } = await call(resource, kernel, "PublishStateMachineVersion", {
      stateMachineArn: StateMachineArn,
      revisionId: StateMachineRevisionId,
      description: Description,
    });
    return { ref: stateMachineVersionArn, attributes: { Arn: stateMachineVersionArn } };
  },
  async remove(arn, kernel) {
    await kernel.call("states", "DeleteStateMachineVersion", { stateMachineVersionArn: arn });
  },
};

const ALIAS: ResourceProvider = {
  type: "AWS::StepFunctions::StateMachineAlias",
  serves: {
    Name: true,
    Description: true,
    RoutingConfiguration: { StateMachineVersionArn: true, Weight: true },
    DeploymentPreference: {
      StateMachineVersionArn: true,
      Type: "a deployment changes everything at once locally",
    },
  },
  async deploy(resource, kernel) {
    const { Name, Description, RoutingConfiguration, DeploymentPreference } = resource.properties;
    const routes: { StateMachineVersionArn: string; Weight: number | string }[] = RoutingConfiguration ?? [
      { StateMachineVersionArn: DeploymentPreference?.StateMachineVersionArn, Weight: 100 },
    ];
    const routingConfiguration = routes.map((route) => ({
      stateMachineVersionArn: route.StateMachineVersionArn,
      weight: Number(route.Weight),
    }));
    const machine = String(routes[0]?.StateMachineVersionArn).split(":").slice(0, 7).join(":");
    const name = Name ?? resource.logicalId;
    const arn = `${machine}:${name}`;
    const wanted = { description: Description, routingConfiguration };
    const existing = await find(
      kernel,
      "DescribeStateMachineAlias",
      { stateMachineAliasArn: arn },
      "ResourceNotFound",
    );
    if (existing)
      await call(resource, kernel, "UpdateStateMachineAlias", { stateMachineAliasArn: arn, ...wanted });
    else await call(resource, kernel, "CreateStateMachineAlias", { name, ...wanted });
    return { ref: arn, attributes: { Arn: arn } };
  },
  async remove(arn, kernel) {
    await kernel.call("states", "DeleteStateMachineAlias", { stateMachineAliasArn: arn });
  },
};

const ACTIVITY: ResourceProvider = {
  type: "AWS::StepFunctions::Activity",
  serves: { Name: true, Tags: { Key: true, Value: true }, EncryptionConfiguration: ENCRYPTION },
  async deploy(resource, kernel) {
    const name = resource.properties.Name ?? resource.generatedName;
    const { activityArn } = await call(resource, kernel, "CreateActivity", { name });
    await tag(resource, kernel, activityArn);
    return { ref: activityArn, attributes: { Arn: activityArn, Name: name } } satisfies DeployedResource;
  },
  async remove(arn, kernel) {
    await kernel.call("states", "DeleteActivity", { activityArn: arn });
  },
};

/** The CloudFormation types that AWS Step Functions serves. */
export const statesResources: ResourceProvider[] = [STATE_MACHINE, VERSION, ALIAS, ACTIVITY];

function definitionOf({ path, properties }: ResolvedResource): string {
  const { Definition, DefinitionString, DefinitionSubstitutions } = properties;
  if (Definition === undefined && DefinitionString === undefined) {
    throw new UserError(
      `${path}: the state machine has no definition. Give it DefinitionString or Definition.`,
    );
  }
  const text: string = DefinitionString ?? JSON.stringify(Definition);
  const names = Object.entries<unknown>(DefinitionSubstitutions ?? {});
  return names.reduce((result, [name, value]) => {
    const inText =
      DefinitionString === undefined ? JSON.stringify(String(value)).slice(1, -1) : String(value);
    return result.replaceAll(`\${${name}}`, inText);
  }, text);
}

function logging(configuration: any): object {
  return {
    level: configuration?.Level ?? "OFF",
    includeExecutionData: flag(configuration?.IncludeExecutionData),
    ...(configuration?.Destinations && {
      destinations: configuration.Destinations.map((destination: any) => ({
        cloudWatchLogsLogGroup: { logGroupArn: destination.CloudWatchLogsLogGroup?.LogGroupArn },
      })),
    }),
  };
}

/** Templates write booleans as such or as text. */
function flag(value: unknown): boolean {
  return value === true || value === "true";
}

function isUpToDate(existing: Record<string, unknown>, wanted: Record<string, unknown>): boolean {
  return Object.entries(wanted).every(
    ([name, value]) => JSON.stringify(existing[name]) === JSON.stringify(value),
  );
}

async function tag({ properties }: ResolvedResource, kernel: Kernel, arn: string): Promise<void> {
  const { tags } = await kernel.call("states", "ListTagsForResource", { resourceArn: arn });
  const wanted = (properties.Tags ?? []).map(({ Key, Value }: any) => ({ key: Key, value: Value }));
  const kept = new Set(wanted.map(({ key }: { key: string }) => key));
  const tagKeys = tags.map(({ key }: { key: string }) => key).filter((key: string) => !kept.has(key));
  await kernel.call("states", "UntagResource", { resourceArn: arn, tagKeys });
  await kernel.call("states", "TagResource", { resourceArn: arn, tags: wanted });
}

async function find(kernel: Kernel, operation: string, input: object, absent: string): Promise<any> {
  try {
    return await kernel.call("states", operation, input);
  } catch (error) {
    if (hasCode(error, absent)) return undefined;
    throw error;
  }
}

/** Calls an operation for a resource; what the service refuses is reported with the resource's place. */
async function call(
  { path }: ResolvedResource,
  kernel: Kernel,
  operation: string,
  input: object,
): Promise<any> {
  try {
    return await kernel.call("states", operation, input);
  } catch (error) {
    if (error instanceof ServiceError) throw new UserError(`${path}: ${error.message} (${error.code})`);
    throw error;
  }
}
