import { RemovalPolicy } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import type { CfnStage } from "aws-cdk-lib/aws-apigatewayv2";
import {
  type HttpStage,
  type IAccessLogSettings,
  LogGroupLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { logGroupByPath } from "../physical-name.ts";

/** Requests per second, and burst. */
export interface Throttle {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** Variables of HTTP APIs: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
const FORMAT = {
  requestId: "$context.requestId",
  ip: "$context.identity.sourceIp",
  requestTime: "$context.requestTime",
  httpMethod: "$context.httpMethod",
  routeKey: "$context.routeKey",
  path: "$context.path",
  status: "$context.status",
  protocol: "$context.protocol",
  responseLength: "$context.responseLength",
  integrationError: "$context.integrationErrorMessage",
  authorizerError: "$context.authorizer.error",
};

/** A log of requests, without their headers, queries and bodies. */
export function accessLog(scope: Construct): IAccessLogSettings {
  const logGroup = new LogGroup(scope, "Requests", {
    // Names outside of this prefix are listed one by one in a policy of the log service, of 5,120 characters for
    // the account and region. API Gateway refuses the stage when it is full.
    logGroupName: `/aws/vendedlogs/apis/${logGroupByPath(scope)}`,
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  return {
    destination: new LogGroupLogDestination(logGroup),
    format: AccessLogFormat.custom(JSON.stringify(FORMAT)),
  };
}

/**
 * Gives some routes a throttle of their own, so that a flood of requests to one leaves the others available.
 */
export function throttleEach(stage: HttpStage, routeKeys: readonly string[], throttle: Throttle): void {
  const settings = { ThrottlingRateLimit: throttle.rateLimit, ThrottlingBurstLimit: throttle.burstLimit };
  (stage.node.defaultChild as CfnStage).routeSettings = Object.fromEntries(
    routeKeys.map((key) => [key, settings]),
  );
}
