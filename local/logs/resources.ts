import { asText } from "../kernel/json-text.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { ResourceProvider } from "../kernel/resource.ts";

/** AWS::Logs::LogGroup. Ref is its name. */
const logGroup: ResourceProvider = {
  type: "AWS::Logs::LogGroup",
  serves: {
    LogGroupName: true,
    RetentionInDays: true,
    LogGroupClass: true,
    Tags: true,
    KmsKeyId: "encryption at rest changes nothing locally",
    DataProtectionPolicy: "logs stay on this machine",
    FieldIndexPolicies: "indexes change nothing but the speed of queries",
  },

  async deploy(resource, kernel) {
    const { RetentionInDays, LogGroupClass, Tags = [] } = resource.properties;
    const logGroupName: string = resource.properties.LogGroupName ?? resource.generatedName;
    const call = (operation: string, input: object = {}) =>
      kernel.call("logs", operation, { logGroupName, ...input });
    if (!(await exists(kernel, logGroupName))) await call("CreateLogGroup", { logGroupClass: LogGroupClass });
    if (RetentionInDays === undefined) await call("DeleteRetentionPolicy");
    else await call("PutRetentionPolicy", { retentionInDays: Number(RetentionInDays) });
    const resourceArn = kernel.arn("logs", `log-group:${logGroupName}`);
    const { tags } = await kernel.call("logs", "ListTagsForResource", { resourceArn });
    await kernel.call("logs", "UntagResource", { resourceArn, tagKeys: Object.keys(tags) });
    await kernel.call("logs", "TagResource", {
      resourceArn,
      tags: Object.fromEntries(Tags.map(({ Key, Value }: any) => [Key, String(Value)])),
    });
    return { ref: logGroupName, attributes: { Arn: `${resourceArn}:*` } };
  },

  async remove(logGroupName, kernel) {
    if (await exists(kernel, logGroupName)) await kernel.call("logs", "DeleteLogGroup", { logGroupName });
  },
};

/** AWS::Logs::LogStream. Ref is its name. */
const logStream: ResourceProvider = {
  type: "AWS::Logs::LogStream",
  serves: { LogGroupName: true, LogStreamName: true },

  async deploy(resource, kernel) {
    const { LogGroupName: logGroupName, LogStreamName = resource.generatedName } = resource.properties;
    const { logStreams } = await kernel.call("logs", "DescribeLogStreams", {
      logGroupName,
      logStreamNamePrefix: LogStreamName,
    });
    if (!logStreams.some((stream: any) => stream.logStreamName === LogStreamName)) {
      await kernel.call("logs", "CreateLogStream", { logGroupName, logStreamName: LogStreamName });
    }
    return { ref: LogStreamName, attributes: {} };
  },
};

/** AWS::Logs::ResourcePolicy: lets rules write to log groups. */
const resourcePolicy: ResourceProvider = {
  type: "AWS::Logs::ResourcePolicy",
  serves: { PolicyName: true, PolicyDocument: true },

  async deploy(resource, kernel) {
    const { PolicyName: policyName, PolicyDocument } = resource.properties;
    await kernel.call("logs", "PutResourcePolicy", {
      policyName,
      policyDocument: asText(PolicyDocument),
    });
    return { ref: policyName, attributes: {} };
  },

  async remove(policyName, kernel) {
    await kernel.call("logs", "DeleteResourcePolicy", { policyName });
  },
};

/** AWS::Logs::MetricFilter: stored; the local cloud creates no metrics from it. */
const metricFilter: ResourceProvider = {
  type: "AWS::Logs::MetricFilter",
  serves: {
    LogGroupName: true,
    FilterName: true,
    FilterPattern: true,
    MetricTransformations: true,
    ApplyOnTransformedLogs: "log transformers are not served",
  },

  async deploy(resource, kernel) {
    const { LogGroupName, FilterName, FilterPattern, MetricTransformations } = resource.properties;
    const filterName = FilterName ?? resource.generatedName;
    await kernel.call("logs", "PutMetricFilter", {
      logGroupName: LogGroupName,
      filterName,
      filterPattern: FilterPattern,
      metricTransformations: MetricTransformations,
    });
    return { ref: filterName, attributes: {} };
  },
};

/**
 * The custom resource that the CDK creates for `logRetention`: its function creates the log group before its
 * first event and sets the retention. Done here directly, so that the function need not run.
 */
const logRetention: ResourceProvider = {
  type: "Custom::LogRetention",
  serves: {
    LogGroupName: true,
    LogGroupRegion: "the local cloud is one region",
    RetentionInDays: true,
    RemovalPolicy: true,
    SdkRetry: "no call is throttled locally",
  },

  async deploy(resource, kernel) {
    const { LogGroupName: logGroupName, RetentionInDays } = resource.properties;
    if (!(await exists(kernel, logGroupName))) await kernel.call("logs", "CreateLogGroup", { logGroupName });
    await (RetentionInDays === undefined
      ? kernel.call("logs", "DeleteRetentionPolicy", { logGroupName })
      : kernel.call("logs", "PutRetentionPolicy", {
          logGroupName,
          retentionInDays: Number(RetentionInDays),
        }));
    return { ref: logGroupName, attributes: { LogGroupName: logGroupName } };
  },
};

export const logsResources: ResourceProvider[] = [
  logGroup,
  logStream,
  resourcePolicy,
  metricFilter,
  logRetention,
];

async function exists(kernel: Kernel, name: string): Promise<boolean> {
  const { logGroups } = await kernel.call("logs", "DescribeLogGroups", {
    logGroupNamePrefix: name,
    limit: 1,
  });
  return logGroups[0]?.logGroupName === name;
}
