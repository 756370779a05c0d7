import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, test } from "vitest";
import { RESERVED_EVENTS } from "../../lib/contract/reserved.ts";
import { Millrace, type MillraceProps } from "../../lib/millrace.ts";
import { produceVideo } from "../../workflows/video/produce-video.ts";

/** A stack with the console as given, and its assembly, which has the code of functions if the stack is `bundled`. */
function deploy(console: MillraceProps["console"], bundled: readonly "Films"[] = []) {
  const app = new App({
    outdir: mkdtempSync(join(tmpdir(), "millrace-console-")),
    postCliContext: { "aws:cdk:bundling-stacks": bundled },
  });
  const stack = new Stack(app, "Films");
  new Millrace(stack, "Millrace", { workflows: [produceVideo], ...(console !== undefined && { console }) });
  return { app, template: Template.fromStack(stack) };
}

type Resource = { Properties: any };
const all = (template: Template, type: string): [string, Resource][] =>
  Object.entries(template.findResources(type) as Record<string, Resource>);
const routes = (template: Template) =>
  Object.fromEntries(
    all(template, "AWS::ApiGatewayV2::Route").map(([, { Properties }]) => [
      Properties.RouteKey,
      Properties.AuthorizationType,
    ]),
  );
const api = (template: Template) =>
  all(template, "AWS::Lambda::Function").find(([id]) => id.startsWith("MillraceControlPlaneApi"))![1];
const statements = (template: Template): any[] =>
  all(template, "AWS::IAM::Policy")
    .filter(([id]) => id.startsWith("MillraceControlPlaneApi"))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);

describe("by default", () => {
  let app: App;
  let template: Template;
  beforeAll(() => {
    ({ app, template } = deploy(undefined, ["Films"]));
  }, 240_000);

  test("files are public, API requests are checked by the function, and signed requests by IAM", () => {
    expect(routes(template)).toEqual({
      "GET /": "NONE",
      "GET /{proxy+}": "NONE",
      "GET /api/{proxy+}": "NONE",
      "POST /api/{proxy+}": "NONE",
      "GET /iam/{proxy+}": "AWS_IAM",
      "POST /iam/{proxy+}": "AWS_IAM",
    });
    expect(all(template, "AWS::ApiGatewayV2::Authorizer")).toEqual([]);
  });

  test("no page of another origin may call it; requests are logged and throttled", () => {
    const [, { Properties }] = all(template, "AWS::ApiGatewayV2::Api").find(([id]) =>
      id.includes("ControlPlane"),
    )!;
    expect(Properties).not.toHaveProperty("CorsConfiguration");
    template.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      AccessLogSettings: Match.objectLike({ DestinationArn: Match.anyValue() }),
      DefaultRouteSettings: { ThrottlingBurstLimit: 100, ThrottlingRateLimit: 50 },
    });
    // Routes without authentication in API Gateway have throttles of their own, so that a flood there leaves others available.
    const [[, stage]] = all(template, "AWS::ApiGatewayV2::Stage") as [[string, Resource]];
    expect(Object.keys(stage.Properties.RouteSettings).sort()).toEqual(
      ["GET /", "GET /api/{proxy+}", "GET /{proxy+}", "POST /api/{proxy+}"].sort(),
    );
    expect(stage.Properties.AccessLogSettings.Format).not.toMatch(/identity\.(?:caller|user\b)|resourcePath/);
  });

  test("the token is generated in Secrets Manager, and is in no template and no variable", () => {
    template.hasResourceProperties("AWS::SecretsManager::Secret", {
      GenerateSecretString: { ExcludePunctuation: true, PasswordLength: 48 },
    });
    const { Variables } = api(template).Properties.Environment;
    expect(JSON.parse(Variables.MILLRACE_SIGN_IN)).toEqual({ by: "token" });
    expect(Object.keys(Variables.MILLRACE_SECRET)).toEqual(["Ref"]);
    expect(JSON.stringify(template.findOutputs("MillraceToken"))).not.toContain("resolve:secretsmanager");
  });

  test("the function may read, send commands, decide, and send the app's own events under its own name", () => {
    const actions = statements(template).flatMap(({ Action }) => Action);
    expect(new Set(actions.filter((action) => action.startsWith("dynamodb:")))).toEqual(
      new Set([
        "dynamodb:GetItem",
        "dynamodb:BatchGetItem",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
        "dynamodb:PartiQLInsert",
        "dynamodb:PartiQLUpdate",
      ]),
    );
    expect(new Set(actions.filter((action) => action.startsWith("s3:")))).toEqual(new Set(["s3:GetObject"]));
    const files = JSON.stringify(statements(template).filter(({ Action }) => Action === "s3:GetObject"));
    expect(files).toContain("/_shared/published/*");
    // It holds what requests to subscribers are signed with.
    expect(files).not.toContain("subscribers");
    expect(new Set(actions.filter((action) => action.startsWith("sqs:")))).toEqual(
      new Set(["sqs:GetQueueAttributes"]),
    );
    const looking = all(template, "AWS::SQS::QueuePolicy")
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .filter(({ Principal }) => /ControlPlaneApi/.test(JSON.stringify(Principal)));
    expect(new Set(looking.map(({ Action }) => Action))).toEqual(new Set(["sqs:GetQueueAttributes"]));
    expect(actions).toContain("lambda:InvokeFunction");
    expect(actions.filter((action) => action.startsWith("states:"))).toEqual(["states:GetExecutionHistory"]);
    expect(actions.filter((action) => action.startsWith("logs:Filter"))).toEqual(["logs:FilterLogEvents"]);
    const reading = statements(template).filter(({ Action }) => Action === "logs:FilterLogEvents");
    // What handlers of steps wrote, and no other function's log.
    expect(JSON.stringify(reading)).toMatch(/:log-group:\/millrace\/Films\/Millrace\/\*\/Worker\*/);
    expect(actions.some((action) => action.includes("*"))).toBe(false);
    const publishing = statements(template).find(({ Action }) => Action === "events:PutEvents");
    expect(publishing.Condition).toEqual({
      StringEquals: { "events:source": "millrace.console" },
      StringNotEquals: { "events:detail-type": [...RESERVED_EVENTS] },
    });
  });

  test("it answers before API Gateway gives up", () => {
    expect(api(template).Properties.Timeout).toBeLessThan(30);
  });

  test("the system description is next to its code", () => {
    const assets = JSON.parse(readFileSync(join(app.outdir, "Films.assets.json"), "utf8"));
    const key = api(template).Properties.Code.S3Key.replace(".zip", "");
    const { path } = assets.files[key].source;
    const system = JSON.parse(readFileSync(resolve(app.outdir, path, "system.json"), "utf8"));
    expect(system).toMatchObject({ name: "Films", workflows: [{ name: "produce-video" }] });
  });

  test("outputs contain the addresses of the console and of its token", () => {
    expect(Object.keys(template.findOutputs("MillraceConsole"))).toHaveLength(1);
    expect(Object.keys(template.findOutputs("MillraceToken"))).toHaveLength(1);
  });
});

test("with an issuer, API Gateway checks its tokens, and there is no other token", () => {
  const { template } = deploy({
    issuer: {
      url: "https://issuer.example.com/",
      audience: ["millrace"],
      roleClaim: "groups",
      roles: { operator: ["ops"], viewer: ["all"] },
    },
    throttle: { rateLimit: 5, burstLimit: 7 },
  });
  expect(routes(template)).toMatchObject({
    "GET /": "NONE",
    "GET /api/{proxy+}": "JWT",
    "POST /api/{proxy+}": "JWT",
    "POST /iam/{proxy+}": "AWS_IAM",
  });
  template.hasResourceProperties("AWS::ApiGatewayV2::Authorizer", {
    AuthorizerType: "JWT",
    IdentitySource: ["$request.header.Authorization"],
    JwtConfiguration: { Audience: ["millrace"], Issuer: "https://issuer.example.com/" },
  });
  const { Variables } = api(template).Properties.Environment;
  expect(JSON.parse(Variables.MILLRACE_SIGN_IN)).toEqual({
    by: "issuer",
    roleClaim: "groups",
    roles: { viewer: ["all"], decider: ["decider"], operator: ["ops"] },
  });
  expect(Variables).not.toHaveProperty("MILLRACE_SECRET");
  expect(all(template, "AWS::SecretsManager::Secret")).toEqual([]);
  expect(template.findOutputs("MillraceToken")).toEqual({});
  template.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
    DefaultRouteSettings: { ThrottlingBurstLimit: 7, ThrottlingRateLimit: 5 },
  });
}, 240_000);

test("without a console, nothing of it is deployed", () => {
  const { template } = deploy(false);
  expect(all(template, "AWS::ApiGatewayV2::Api")).toEqual([]);
  expect(template.findOutputs("MillraceConsole")).toEqual({});
}, 240_000);
