import type { AwsLimit } from "./limit.ts";

const CLOUDFORMATION =
  "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html";
const IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
const SQS = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html";
const EVENTS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html";
const LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html";
const STATES = "https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html";
const CLOUDWATCH = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html";
const API_GATEWAY = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html";
const DYNAMODB = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html";
const EVENTS_API = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_";
const CREATE_FUNCTION = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html";
const QUEUES =
  "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html";
const BUCKETS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html";
const DASHBOARDS = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html";
const LOG_GROUPS =
  "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html";
const SCHEDULES = "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html";
const SECRETS = "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html";
const API =
  "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigatewayv2-api.html";

/**
 * Maximum sizes of a template, or of a resource in it. Read in November 2026; the limits of an account are in
 * rates.ts.
 */
export const TEMPLATE_LIMITS = {
  templateBytes: limit("CloudFormation", "size of a template", 1_000_000, "bytes", "hard", CLOUDFORMATION),
  resources: limit("CloudFormation", "resources in a template", 500, "resources", "hard", CLOUDFORMATION),
  outputs: limit("CloudFormation", "outputs of a template", 200, "outputs", "hard", CLOUDFORMATION),
  parameters: limit("CloudFormation", "parameters of a template", 200, "parameters", "hard", CLOUDFORMATION),
  templateDescription: limit(
    "CloudFormation",
    "description of a template",
    1_024,
    "bytes",
    "hard",
    CLOUDFORMATION,
  ),
  nestedResources: limit(
    "CloudFormation",
    "resources that one operation on nested stacks creates, updates or deletes",
    2_500,
    "resources",
    "hard",
    CLOUDFORMATION,
  ),
  rolePolicies: limit("IAM", "inline policies of a role together", 10_240, "characters", "hard", IAM),
  managedPolicy: limit("IAM", "a managed policy", 6_144, "characters", "hard", IAM),
  managedPolicies: limit("IAM", "managed policies of a role", 10, "policies", "quota", IAM),
  trustPolicy: limit("IAM", "trust policy of a role", 2_048, "characters", "quota", IAM),
  queuePolicyBytes: limit("SQS", "policy of a queue", 8_192, "bytes", "hard", SQS),
  queuePolicyStatements: limit("SQS", "statements in the policy of a queue", 20, "statements", "hard", SQS),
  queuePolicyActions: limit(
    "SQS",
    "actions in a statement of the policy of a queue",
    7,
    "actions",
    "hard",
    SQS,
  ),
  eventPattern: limit("EventBridge", "event pattern of a rule", 2_048, "characters", "quota", EVENTS),
  rulesOfBus: limit("EventBridge", "rules of an event bus", 300, "rules", "quota", EVENTS),
  targetsOfRule: limit("EventBridge", "targets of a rule", 5, "targets", "hard", EVENTS),
  inputTemplate: limit("EventBridge", "input template of a target", 8_192, "characters", "hard", EVENTS),
  functionEnvironment: limit("Lambda", "environment variables of a function", 4_096, "bytes", "hard", LAMBDA),
  functionDescription: limit("Lambda", "description of a function", 256, "characters", "hard", LAMBDA),
  stateMachineDefinition: limit(
    "Step Functions",
    "definition of a state machine",
    1_048_576,
    "bytes",
    "hard",
    STATES,
  ),
  stateMachineName: limit("Step Functions", "name of a state machine", 80, "characters", "hard", STATES),
  alarmDescription: limit("CloudWatch", "description of an alarm", 1_024, "characters", "hard", CLOUDWATCH),
  alarmName: limit("CloudWatch", "name of an alarm", 255, "characters", "hard", CLOUDWATCH),
  alarmMetrics: limit("CloudWatch", "metrics of an alarm", 10, "metrics", "hard", CLOUDWATCH),
  dashboardWidgets: limit("CloudWatch", "widgets of a dashboard", 500, "widgets", "hard", CLOUDWATCH),
  dashboardMetrics: limit("CloudWatch", "metrics of a dashboard", 2_500, "metrics", "hard", CLOUDWATCH),
  widgetMetrics: limit("CloudWatch", "metrics of a widget", 500, "metrics", "hard", CLOUDWATCH),
  widgetAlarms: limit("CloudWatch", "alarms of a widget", 100, "alarms", "hard", CLOUDWATCH),
  apiRoutes: limit("API Gateway", "routes of an HTTP API", 300, "routes", "quota", API_GATEWAY),
  functionName: limit("Lambda", "name of a function", 64, "characters", "hard", CREATE_FUNCTION),
  queueName: limit("SQS", "name of a queue", 80, "characters", "hard", QUEUES),
  roleName: limit("IAM", "name of a role", 64, "characters", "hard", IAM),
  managedPolicyName: limit("IAM", "name of a managed policy", 128, "characters", "hard", IAM),
  ruleName: limit("EventBridge", "name of a rule", 64, "characters", "hard", `${EVENTS_API}PutRule.html`),
  ruleDescription: limit(
    "EventBridge",
    "description of a rule",
    512,
    "characters",
    "hard",
    `${EVENTS_API}PutRule.html`,
  ),
  busName: limit(
    "EventBridge",
    "name of an event bus",
    256,
    "characters",
    "hard",
    `${EVENTS_API}CreateEventBus.html`,
  ),
  archiveName: limit(
    "EventBridge",
    "name of an archive",
    48,
    "characters",
    "hard",
    `${EVENTS_API}CreateArchive.html`,
  ),
  tableName: limit("DynamoDB", "name of a table", 255, "characters", "hard", DYNAMODB),
  bucketName: limit("S3", "name of a bucket", 63, "characters", "hard", BUCKETS),
  dashboardName: limit("CloudWatch", "name of a dashboard", 255, "characters", "hard", DASHBOARDS),
  logGroupName: limit("CloudWatch Logs", "name of a log group", 512, "characters", "hard", LOG_GROUPS),
  scheduleName: limit("EventBridge Scheduler", "name of a schedule", 64, "characters", "hard", SCHEDULES),
  secretName: limit("Secrets Manager", "name of a secret", 512, "characters", "hard", SECRETS),
  apiName: limit("API Gateway", "name of an HTTP API", 128, "characters", "hard", API),
  tableIndexes: limit("DynamoDB", "global secondary indexes of a table", 20, "indexes", "quota", DYNAMODB),
} as const satisfies Record<string, AwsLimit>;

export type TemplateLimit = keyof typeof TEMPLATE_LIMITS;

function limit(
  service: string,
  what: string,
  most: number,
  unit: string,
  kind: AwsLimit["kind"],
  source: string,
): AwsLimit {
  return { service, what, most, unit, kind, source };
}
