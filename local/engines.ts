import { apigatewayEngine } from "./apigateway/descriptor.ts";
import { customResourceEngine } from "./cloudformation/custom/descriptor.ts";
import { cloudFormationEngine } from "./cloudformation/descriptor.ts";
import { cloudWatchEngine } from "./cloudwatch/descriptor.ts";
import { dynamodbEngine, dynamodbStreamsEngine } from "./dynamodb/descriptor.ts";
import { eventsEngine } from "./events/descriptor.ts";
import { stsEngine } from "./iam/sts-descriptor.ts";
import { lambdaEngine } from "./lambda/descriptor.ts";
import { logsEngine } from "./logs/descriptor.ts";
import { ssmEngine } from "./metadata/ssm-descriptor.ts";
import { pipesEngine } from "./pipes/descriptor.ts";
import { s3Engine } from "./s3/descriptor.ts";
import { schedulerEngine } from "./scheduler/descriptor.ts";
import { secretsManagerEngine } from "./secretsmanager/descriptor.ts";
import { snsEngine } from "./sns/descriptor.ts";
import { sqsEngine } from "./sqs/descriptor.ts";
import { statesEngine } from "./states/descriptor.ts";
import { xrayEngine } from "./xray/descriptor.ts";

/** The engines of a cloud, in the order in which they start. */
export const ENGINES = [
  sqsEngine,
  snsEngine,
  eventsEngine,
  dynamodbEngine,
  dynamodbStreamsEngine,
  s3Engine,
  statesEngine,
  lambdaEngine,
  pipesEngine,
  schedulerEngine,
  apigatewayEngine,
  logsEngine,
  cloudWatchEngine,
  secretsManagerEngine,
  ssmEngine,
  stsEngine,
  xrayEngine,
  customResourceEngine,
];

/** With the one whose service is made for each deployment. */
export const ALL_ENGINES = [...ENGINES, cloudFormationEngine];
