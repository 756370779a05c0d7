import { ArnFormat, Duration, Stack } from "aws-cdk-lib";
import {
  type CfnRoute,
  HttpApi,
  HttpMethod,
  type HttpRoute,
  type HttpRouteProps,
  HttpStage,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpIamAuthorizer, HttpJwtAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../contract/environment.ts";
import { PARTITIONS } from "../contract/partitions.ts";
import { RESERVED_EVENTS } from "../contract/reserved.ts";
import type { System } from "../contract/system.ts";
import { accessLog, type Throttle, throttleEach } from "./access-log.ts";
import { allowRole } from "./allow-role.ts";
import type { Companion } from "./bundles/handler-bundles.ts";
import { consoleFolder } from "./console-assets.ts";
import type { Control } from "./control.ts";
import { HandlerFunction } from "./handler-function.ts";
import type { Platform } from "./platform.ts";
import type { StateTable } from "./state-table.ts";

/** The issuer of user tokens, and the roles of users. */
export interface IssuerProps {
  /** The tokens' `iss`: "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc". */
  readonly url: string;
  /** One of these is the tokens' `aud` or `client_id`. */
  readonly audience: readonly string[];
  /** The claim that contains the role. @default "roles" */
  readonly roleClaim?: string;
  /** Values of that claim. @default "viewer", "decider" and "operator" */
  readonly roles?: {
    /** May read. */
    readonly viewer?: readonly string[];
    /** May read, and decide approvals. */
    readonly decider?: readonly string[];
    /** May do everything. */
    readonly operator?: readonly string[];
  };
}

export interface ConsoleProps {
  /** The issuer of user tokens. @default none: one token, generated at deployment, gives access */
  readonly issuer?: IssuerProps;
  /**
   * One limit for all routes that need a signature or an issuer's token, and one for each other route.
   * @default 50 a second, a burst of 100
   */
  readonly throttle?: Throttle;
}

export interface ControlPlaneProps extends ConsoleProps {
  readonly platform: Platform;
  readonly control: Control;
  /** Log groups of the functions that run a workflow's steps, by the workflow and the step. */
  readonly logGroups: Record<string, Record<string, string>>;
  /** The deployed definitions. */
  readonly system: System;
  /** Folders of the artifact bucket in which runs publish files. @default none */
  readonly shared?: readonly string[];
}

/** The attributes of an approval that a decision writes. */
const DECISION = [
  "state",
  "decision",
  "decidedAt",
  "changedAt",
  "revision",
  "unpublished",
  "list",
  "listedAt",
  "until",
  "votes",
  "delegations",
];

/** The source of events that are sent manually. */
const SOURCE = "millrace.console";

/**
 * The API, and the console that it serves.
 *
 *     GET /, /{proxy+}   the console's files: no data, open to all
 *     ANY /api/{proxy+}  by a token: the deployment's own, which the function compares, or an issuer's
 *     ANY /iam/{proxy+}  by requests that are signed for execute-api
 */
export class ControlPlane extends Construct {
  /** The address of the console. */
  readonly url: string;
  readonly api: HttpApi;
  readonly handler: HandlerFunction;
  /** The secret with the token; undefined if an issuer signs users in. */
  readonly token: Secret | undefined;

  constructor(scope: Construct, id: string, props: ControlPlaneProps) {
    super(scope, id);
    const {
      platform: { bundles, table, artifacts },
      issuer,
      system,
    } = props;
    const companions: Companion[] = [
      { path: "system.json", text: JSON.stringify(system) },
      { path: "log-groups.json", text: JSON.stringify(props.logGroups) },
      { path: "console", folder: consoleFolder() },
    ];
    this.handler = new HandlerFunction(this, "Api", {
      code: bundles.ownCode("api", companions),
      description: "Serves the API and the console",
      // Live updates wait for up to 25 seconds; API Gateway's timeout is 30.
      timeout: Duration.seconds(29),
    });
    this.allowReads(table);
    this.allowLogs(props);
    for (const index of ["list", "found", "keyed"] as const) table.connectIndex(this.handler, index);
    const runs = [...system.workflows, ...system.reactions].map(({ name }) => `${name}/`);
    artifacts.connect(this.handler, "read", ...runs);
    for (const folder of props.shared ?? [])
      artifacts.connectShared(this.handler, { folder, access: "read" });
    this.allowCommands(props);
    this.handler.set(ENVIRONMENT.signIn, JSON.stringify(signInBy(issuer)));
    if (!issuer) {
      this.token = new Secret(this, "Token", {
        description: `Token for the console and API of ${system.name}. To revoke access, store another value.`,
        generateSecretString: { excludePunctuation: true, passwordLength: 48 },
      });
      this.token.grantRead(this.handler.function);
      this.handler.set(ENVIRONMENT.secret, this.token.secretArn);
    }
    this.api = new HttpApi(this, "Http", {
      description: `Console and API of ${system.name}`,
      createDefaultStage: false,
    });
    this.addStage(props, this.addRoutes(issuer));
    this.url = `${this.api.apiEndpoint}/`;
  }

  /**
   * Reads everything that is shown, but no message that waits for an answer; writes only the decision of an
   * approval.
   */
  private allowReads(table: StateTable): void {
    const { runs, work, approvals, controls, breaker, quarantine, deadLetters, replays } = PARTITIONS;
    const { deliveries, releases, queues, limits, log, correlations, feed, viewers } = PARTITIONS;
    table.connect(
      this.handler,
      {
        may: ["GetItem", "BatchGetItem", "Query"],
        of: [
          runs(),
          work(),
          approvals(),
          controls("workflow"),
          controls("subscriber"),
          controls("breaker"),
          controls("limit"),
          limits(),
          breaker(),
          quarantine(),
          deadLetters(),
          replays(),
          deliveries(),
          releases(),
          queues(),
          log(),
          correlations(),
          feed(),
        ],
      },
      { may: ["UpdateItem"], of: [approvals()], attributes: DECISION },
      { may: ["UpdateItem"], of: [viewers()] },
    );
  }

  /** Reads what handlers logged, and what state machines sent to them. */
  private allowLogs({ platform: { stateMachines }, logGroups }: ControlPlaneProps): void {
    const names = Object.values(logGroups).flatMap((ofSteps) => Object.values(ofSteps));
    const arns = patternsOf(names).map((resourceName) =>
      Stack.of(this).formatArn({
        service: "logs",
        resource: "log-group",
        resourceName,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    );
    this.handler.allow(["logs:FilterLogEvents"], ...arns);
    stateMachines.readHistories(this.handler);
  }

  /** Commands are sent to the control function, and events to the bus under a source of their own. */
  private allowCommands({ platform: { bus }, control, system }: ControlPlaneProps): void {
    const { handler } = this;
    handler.allow(["lambda:InvokeFunction"], control.handler.function.functionArn);
    handler.set(ENVIRONMENT.control, control.handler.function.functionName);
    handler.set(ENVIRONMENT.bus, bus.bus.eventBusName);
    if (system.events.length > 0) {
      handler.function.addToRolePolicy(
        new PolicyStatement({
          actions: ["events:PutEvents"],
          resources: [bus.bus.eventBusArn],
          conditions: {
            StringEquals: { "events:source": SOURCE },
            // The names of all events do not fit here. The function looks up what it sends by name.
            StringNotEquals: { "events:detail-type": [...RESERVED_EVENTS] },
          },
        }),
      );
    }
    bus.listProducers(handler);
    bus.connectReplayReader(handler);
    handler.allow(["sqs:GetQueueAttributes"], control.queue.queue.queueArn);
    // CloudWatch has the age of messages; its permission cannot be limited to a metric.
    handler.allow(["cloudwatch:GetMetricData"], "*");
    for (const queue of control.resent) allowRole(queue, handler, "sqs:GetQueueAttributes");
  }

  /** Adds all routes. Answers those that API Gateway passes without authentication. */
  private addRoutes(issuer: IssuerProps | undefined): HttpRoute[] {
    const integration = new HttpLambdaIntegration("Function", this.handler.function);
    const add = (path: string, methods: HttpMethod[], authorizer?: HttpRouteProps["authorizer"]) =>
      this.api.addRoutes({ path, methods, integration, ...(authorizer && { authorizer }) });
    const files = [...add("/", [HttpMethod.GET]), ...add("/{proxy+}", [HttpMethod.GET])];
    const { url = "", audience = [] } = issuer ?? {};
    const byIssuer = issuer && new HttpJwtAuthorizer("Issuer", url, { jwtAudience: [...audience] });
    const byToken = add("/api/{proxy+}", [HttpMethod.GET, HttpMethod.POST], byIssuer);
    add("/iam/{proxy+}", [HttpMethod.GET, HttpMethod.POST], new HttpIamAuthorizer());
    return issuer ? files : [...files, ...byToken];
  }

  private addStage(
    { throttle = DEFAULT_THROTTLE }: ControlPlaneProps,
    anonymous: readonly HttpRoute[],
  ): void {
    const stage = new HttpStage(this, "Stage", {
      httpApi: this.api,
      stageName: "$default",
      autoDeploy: true,
      throttle,
      accessLogSettings: accessLog(this),
    });
    const keys = anonymous.map(({ node }) => (node.defaultChild as CfnRoute).routeKey);
    throttleEach(stage, keys, throttle);
    stage.node.addDependency(...anonymous);
  }
}

/**
 * The log groups "/millrace/Films/Millrace/film/draw/Worker" of all workflows as one pattern; for a workflow
 * in a stack of its own, a pattern of its own.
 */
function patternsOf(groups: readonly string[]): string[] {
  const parts = groups.map((name) => name.split("/").slice(0, -3).join("/"));
  return [...new Set(parts)].map((part) => `${part}/*/Worker*`);
}

const DEFAULT_THROTTLE: Throttle = { rateLimit: 50, burstLimit: 100 };

/** In the form that the function reads. */
function signInBy(issuer: IssuerProps | undefined) {
  if (!issuer) return { by: "token" };
  const { roleClaim = "roles", roles = {} } = issuer;
  const { viewer = ["viewer"], decider = ["decider"], operator = ["operator"] } = roles;
  return { by: "issuer", roleClaim, roles: { viewer, decider, operator } };
}
