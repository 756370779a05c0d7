import { parseAuthorizer } from "./authorizers/parse.ts";
import { badRequest } from "./errors.ts";
import { parseIntegration } from "./integrations/parse.ts";
import type { Settings } from "./part-settings.ts";
import { parseRouteKey } from "./routes.ts";

export type PartKind = "Route" | "Integration" | "Stage" | "Authorizer" | "Deployment";

interface Kind {
  /** The member with its id. */
  id: string;
  /** The supported members, which are all of the API reference's. */
  members: string;
  /** Throws BadRequestException for unsupported or invalid settings. */
  check(settings: Settings): void;
}

const LOOPBACK_ONLY = "the local cloud is reached on loopback only";

/** The supported settings of each kind. */
export const KINDS: Record<"Api" | PartKind, Kind> = {
  Api: {
    id: "ApiId",
    members:
      "Name Description ProtocolType CorsConfiguration DisableExecuteApiEndpoint DisableSchemaValidation " +
      "RouteSelectionExpression ApiKeySelectionExpression IpAddressType Version Tags",
    check({ Name, ProtocolType, RouteSelectionExpression, DisableExecuteApiEndpoint }) {
      if (!Name) throw badRequest("An API needs a Name.");
      if (ProtocolType !== "HTTP") {
        throw badRequest(`The local cloud serves APIs of the protocol type HTTP, not ${ProtocolType}.`);
      }
      const expression = RouteSelectionExpression ?? "${request.method} ${request.path}";
      if (!/^\$\{?request\.method\}? \$\{?request\.path\}?$/.test(expression)) {
        throw badRequest(`${expression} is no RouteSelectionExpression of an HTTP API.`);
      }
      if (isTrue(DisableExecuteApiEndpoint)) {
        throw badRequest(
          `DisableExecuteApiEndpoint is not served: there are no custom domain names, since ${LOOPBACK_ONLY}.`,
        );
      }
    },
  },
  Route: {
    id: "RouteId",
    members:
      "RouteKey Target AuthorizationType AuthorizerId AuthorizationScopes OperationName ApiKeyRequired",
    check({ RouteKey, Target, AuthorizationType = "NONE", AuthorizerId, ApiKeyRequired }) {
      if (!parseRouteKey(RouteKey))
        throw badRequest(`The provided route key is not formatted properly: ${RouteKey}`);
      if (!/^integrations\/.+$/.test(Target ?? "")) {
        throw badRequest(`Route ${RouteKey} needs a Target "integrations/<id>"; it is ${Target}.`);
      }
      if (!["NONE", "AWS_IAM", "JWT", "CUSTOM"].includes(AuthorizationType)) {
        throw badRequest(`${AuthorizationType} of route ${RouteKey} is no AuthorizationType.`);
      }
      if (["JWT", "CUSTOM"].includes(AuthorizationType) && !AuthorizerId)
        throw badRequest(`Route ${RouteKey} needs an AuthorizerId.`);
      if (isTrue(ApiKeyRequired)) throw badRequest("ApiKeyRequired is for WebSocket APIs.");
    },
  },
  Integration: {
    id: "IntegrationId",
    members:
      "IntegrationType IntegrationSubtype IntegrationUri IntegrationMethod PayloadFormatVersion CredentialsArn " +
      "ConnectionType RequestParameters ResponseParameters TimeoutInMillis Description",
    check: parseIntegration,
  },
  Authorizer: {
    id: "AuthorizerId",
    members:
      "Name AuthorizerType IdentitySource JwtConfiguration AuthorizerUri AuthorizerPayloadFormatVersion " +
      "EnableSimpleResponses AuthorizerResultTtlInSeconds AuthorizerCredentialsArn",
    check: parseAuthorizer,
  },
  Stage: {
    id: "StageName",
    members:
      "StageName AutoDeploy DeploymentId Description StageVariables DefaultRouteSettings RouteSettings " +
      "AccessLogSettings Tags",
    check({ StageName }) {
      if (!/^(?:\$default|[a-zA-Z0-9_-]{1,128})$/.test(StageName ?? "")) {
        throw badRequest(`${StageName} is no name of a stage.`);
      }
    },
  },
  Deployment: { id: "DeploymentId", members: "StageName Description", check() {} },
};

/** Checks settings of a kind: first for unsupported ones, by name, then for invalid ones. */
export function checkSettings(kind: "Api" | PartKind, settings: Settings): void {
  const known = KINDS[kind].members.split(" ");
  for (const [name, value] of Object.entries(settings)) {
    if (value !== undefined && !known.includes(name)) {
      throw badRequest(`The local cloud does not serve ${name} of ${kind.toLowerCase()}s.`);
    }
  }
  KINDS[kind].check(settings);
}

/** Templates may write true as a text. */
export const isTrue = (value: unknown) => String(value) === "true";
