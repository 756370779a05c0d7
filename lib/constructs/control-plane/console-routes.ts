import {
  type CfnRoute,
  type HttpApi,
  HttpMethod,
  type HttpRoute,
  HttpStage,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpIamAuthorizer, HttpJwtAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { Construct } from "constructs";
import type { HandlerFunction } from "../handler-function.ts";
import { accessLog, type Throttle, throttleEach } from "./access-log.ts";
import type { ConsoleProps, IssuerProps } from "./console-props.ts";

const DEFAULT_THROTTLE: Throttle = { rateLimit: 50, burstLimit: 100 };

/**
 * Adds the routes of the console to its API, and the stage.
 *
 *     GET /, /{proxy+}   the console's files: no data, open to all
 *     ANY /api/{proxy+}  by a token: the deployment's own, which the function compares, or an issuer's
 *     ANY /iam/{proxy+}  by requests that are signed for execute-api
 */
export function serveConsole(
  scope: Construct,
  api: HttpApi,
  handler: HandlerFunction,
  { issuer, throttle = DEFAULT_THROTTLE }: ConsoleProps,
): void {
  const anonymous = addRoutes(api, handler, issuer);
  const stage = new HttpStage(scope, "Stage", {
    httpApi: api,
    stageName: "$default",
    autoDeploy: true,
    throttle,
    accessLogSettings: accessLog(scope),
  });
  const keys = anonymous.map(({ node }) => (node.defaultChild as CfnRoute).routeKey);
  throttleEach(stage, keys, throttle);
  stage.node.addDependency(...anonymous);
}

/** Adds all routes. Answers those that API Gateway passes without authentication. */
function addRoutes(api: HttpApi, handler: HandlerFunction, issuer: IssuerProps | undefined): HttpRoute[] {
  const integration = new HttpLambdaIntegration("Function", handler.function);
  const methods = [HttpMethod.GET, HttpMethod.POST];
  const files = ["/", "/{proxy+}"].flatMap((path) =>
    api.addRoutes({ path, methods: [HttpMethod.GET], integration }),
  );
  const byToken = api.addRoutes({
    path: "/api/{proxy+}",
    methods,
    integration,
    authorizer: issuer && new HttpJwtAuthorizer("Issuer", issuer.url, { jwtAudience: [...issuer.audience] }),
  });
  api.addRoutes({ path: "/iam/{proxy+}", methods, integration, authorizer: new HttpIamAuthorizer() });
  return issuer ? files : [...files, ...byToken];
}
