import type { ResourceProvider } from "../../kernel/resource.ts";
import { lambdaOf } from "./lambda-of.ts";
import { readTags } from "./tags.ts";
import { ENCRYPTION } from "./unserved.ts";

/** AWS::Lambda::EventSourceMapping. Ref is its UUID. */
export const eventSourceMapping: ResourceProvider = {
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
    KmsKeyArn: ENCRYPTION,
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
    const uuid = await lambdaOf(kernel).mappings.deploy(resource.generatedName, {
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
    lambdaOf(kernel).mappings.remove(uuid);
  },
};
