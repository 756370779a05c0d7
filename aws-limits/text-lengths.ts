import type { TemplateLimit } from "./template-limits.ts";

/** Properties of resources that are names and descriptions, by resource type, with the limit of their length. */
export const TEXT_LENGTHS: Record<string, Record<string, TemplateLimit>> = {
  "AWS::ApiGatewayV2::Api": { Name: "apiName" },
  "AWS::CloudWatch::Alarm": { AlarmName: "alarmName", AlarmDescription: "alarmDescription" },
  "AWS::CloudWatch::Dashboard": { DashboardName: "dashboardName" },
  "AWS::DynamoDB::GlobalTable": { TableName: "tableName" },
  "AWS::DynamoDB::Table": { TableName: "tableName" },
  "AWS::Events::Archive": { ArchiveName: "archiveName" },
  "AWS::Events::EventBus": { Name: "busName" },
  "AWS::Events::Rule": { Name: "ruleName", Description: "ruleDescription" },
  "AWS::IAM::ManagedPolicy": { ManagedPolicyName: "managedPolicyName" },
  "AWS::IAM::Role": { RoleName: "roleName" },
  "AWS::Lambda::Function": { FunctionName: "functionName", Description: "functionDescription" },
  "AWS::Logs::LogGroup": { LogGroupName: "logGroupName" },
  "AWS::S3::Bucket": { BucketName: "bucketName" },
  "AWS::Scheduler::Schedule": { Name: "scheduleName" },
  "AWS::SecretsManager::Secret": { Name: "secretName" },
  "AWS::SQS::Queue": { QueueName: "queueName" },
  "AWS::StepFunctions::StateMachine": { StateMachineName: "stateMachineName" },
};
