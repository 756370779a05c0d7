import { both, type Check, string } from "./check.ts";
import { schemaError } from "./diagnostic.ts";

/** The optimized integrations of the service, by the service they call. */
const INTEGRATIONS: Record<string, string[]> = {
  apigateway: ["invoke"],
  athena: ["startQueryExecution", "stopQueryExecution", "getQueryExecution", "getQueryResults"],
  batch: ["submitJob"],
  bedrock: ["invokeModel", "createModelCustomizationJob"],
  codebuild: [
    "startBuild",
    "stopBuild",
    "batchDeleteBuilds",
    "batchGetReports",
    "startBuildBatch",
    "stopBuildBatch",
  ],
  databrew: ["startJobRun"],
  dynamodb: ["getItem", "putItem", "deleteItem", "updateItem"],
  ecs: ["runTask"],
  eks: ["createCluster", "deleteCluster", "createNodegroup", "deleteNodegroup", "runJob", "call"],
  elasticmapreduce: [
    "createCluster",
    "terminateCluster",
    "addStep",
    "cancelStep",
    "setClusterTerminationProtection",
    "modifyInstanceFleetByName",
    "modifyInstanceGroupByName",
  ],
  "emr-containers": ["createVirtualCluster", "deleteVirtualCluster", "startJobRun"],
  "emr-serverless": [
    "createApplication",
    "startApplication",
    "stopApplication",
    "deleteApplication",
    "startJobRun",
    "cancelJobRun",
  ],
  events: ["putEvents"],
  glue: ["startJobRun"],
  http: ["invoke"],
  lambda: ["invoke"],
  mediaconvert: ["createJob"],
  s3: ["getObject", "listObjectsV2", "putObject"],
  sagemaker: [
    "createEndpoint",
    "createEndpointConfig",
    "createHyperParameterTuningJob",
    "createLabelingJob",
    "createModel",
    "createProcessingJob",
    "createTrainingJob",
    "createTransformJob",
    "updateEndpoint",
  ],
  sns: ["publish"],
  sqs: ["sendMessage"],
  states: ["startExecution"],
};

const INTEGRATION =
  /^arn:[\w-]+:states:[\w-]*:\d*:(?:aws-sdk:(?<sdk>\w+)|(?<service>[\w-]+)):(?<operation>\w+)(?<pattern>\.sync(?::2)?|\.waitForTaskToken)?$/;
const ACTIVITY = /^arn:[\w-]+:states:[\w-]+:\d+:activity:/;
const FUNCTION = /^arn:[\w-]+:lambda:[\w-]*:[\w-]*:function:[\w-]+(?::(?:\$LATEST|[\w-]+))?$/;

/**
 * A Task's Resource. Integrations and functions are checked for their form. Any other URI is let through, as the
 * States Language has it: whether something answers there is known when the task runs.
 */
export const resource: Check = both(string, (value, { location, machine }) => {
  const text = value as string;
  if (/^arn:[\w-]+:lambda:/.test(text)) return FUNCTION.test(text) ? [] : unrecognized(text, location);
  if (machine.type === "EXPRESS" && ACTIVITY.test(text)) {
    return schemaError("Express state machine does not support Activity ARN", location);
  }
  if (!/^arn:[\w-]+:states:::/.test(text)) return text === "" ? unrecognized(text, location) : [];
  const { sdk, service = "", operation = "", pattern } = INTEGRATION.exec(text)?.groups ?? {};
  const known = sdk === undefined ? INTEGRATIONS[service]?.includes(operation) : true;
  if (!known) return unrecognized(text, location);
  if (machine.type !== "EXPRESS" || pattern === undefined) return [];
  // The message of the service, including its duplicate space.
  const space = pattern === ".waitForTaskToken" ? " " : "";
  return schemaError(
    `Express state machine does not support '${pattern}' service integration${space}`,
    location,
  );
});

function unrecognized(text: string, location: string) {
  return schemaError(
    `The resource provided ${text} is not recognized. The value is not a valid resource ARN, ` +
      "or the resource is not available in this region.",
    location,
  );
}
