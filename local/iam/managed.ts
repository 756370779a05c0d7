import type { PolicyDocument } from "./policy.ts";

const LOGS = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];
const allow = (...actions: string[]): PolicyDocument => ({
  Statement: { Effect: "Allow", Action: actions, Resource: "*" },
});

/** The supported managed policies of AWS, by the end of their ARN. */
export const AWS_MANAGED: Record<string, PolicyDocument> = {
  "service-role/AWSLambdaBasicExecutionRole": allow(...LOGS),
  "service-role/AWSLambdaSQSQueueExecutionRole": allow(
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    ...LOGS,
  ),
  "service-role/AWSLambdaDynamoDBExecutionRole": allow(
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    ...LOGS,
  ),
  "service-role/AmazonAPIGatewayPushToCloudWatchLogs": allow("logs:*"),
  AWSXRayDaemonWriteAccess: allow("xray:*"),
  AdministratorAccess: allow("*"),
};
