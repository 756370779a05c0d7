import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../../local/cloud.ts";
import { simulate } from "../../../local/simulate.ts";
import { assemblyOf, folder } from "../cloud/assembly.ts";

const open: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const of = (name: string, attribute = "Arn") => ({ "Fn::GetAtt": [name, attribute] });
const allow = (Action: string | string[], Resource: unknown, Condition?: object) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition && { Condition }),
});
const role = (...Statement: object[]) => ({
  Type: "AWS::IAM::Role",
  Properties: {
    AssumeRolePolicyDocument: { Statement: [] },
    Policies: [{ PolicyName: "p", PolicyDocument: { Statement } }],
  },
});

/** What a rule's role and a state machine's role may do; as the CDK grants it. */
const GRANTS = {
  invoke: allow("events:InvokeApiDestination", of("Destination")),
  call: (origin: string) =>
    allow("states:InvokeHTTPEndpoint", "*", { StringLike: { "states:HTTPEndpoint": `${origin}*` } }),
  retrieve: allow("events:RetrieveConnectionCredentials", of("Connection")),
  secret: allow(
    ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
    of("Connection", "SecretArn"),
  ),
};

/** As the CDK writes it: a destination of a rule, and an HTTP task, which share a connection. */
function app(origin: string, grants: { rule?: object[]; machine?: object[] } = {}) {
  const { invoke, call, retrieve, secret } = GRANTS;
  return {
    Key: {
      Type: "AWS::SecretsManager::Secret",
      Properties: { SecretString: '{"key":"of the secret"}' },
    },
    Connection: {
      Type: "AWS::Events::Connection",
      Properties: {
        AuthorizationType: "API_KEY",
        AuthParameters: {
          ApiKeyAuthParameters: {
            ApiKeyName: "x-key",
            ApiKeyValue: {
              "Fn::Join": ["", ["{{resolve:secretsmanager:", { Ref: "Key" }, ":SecretString:key::}}"]],
            },
          },
        },
      },
    },
    Destination: {
      Type: "AWS::Events::ApiDestination",
      Properties: {
        ConnectionArn: of("Connection"),
        HttpMethod: "POST",
        InvocationEndpoint: `${origin}/hooks/*`,
        InvocationRateLimitPerSecond: "5",
      },
    },
    RuleRole: role(...(grants.rule ?? [invoke])),
    Rule: {
      Type: "AWS::Events::Rule",
      Properties: {
        EventPattern: { source: ["shop"] },
        Targets: [
          {
            Id: "t",
            Arn: of("Destination"),
            RoleArn: of("RuleRole"),
            HttpParameters: { PathParameterValues: ["$.detail.id"] },
          },
        ],
      },
    },
    MachineRole: role(...(grants.machine ?? [call(origin), retrieve, secret])),
    Machine: {
      Type: "AWS::StepFunctions::StateMachine",
      Properties: {
        StateMachineName: "machine",
        RoleArn: of("MachineRole"),
        Definition: {
          StartAt: "Call",
          States: {
            Call: {
              Type: "Task",
              Resource: "arn:aws:states:::http:invoke",
              Parameters: {
                ApiEndpoint: `${origin}/tasks`,
                Method: "PUT",
                Authentication: { ConnectionArn: of("Connection") },
              },
              End: true,
            },
          },
        },
      },
    },
  };
}

/** A stand-in of the developer: an HTTP server on this machine. */
async function standIn() {
  const received: string[] = [];
  const waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    received.push(`${request.method} ${request.url} ${request.headers["x-key"]}`);
    response.end();
    for (const proceed of waiting.splice(0)) proceed();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(() => void server.close());
  return {
    received,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: () => new Promise<void>((resolve) => waiting.push(resolve)),
  };
}

const Entries = [{ Source: "shop", DetailType: "order", Detail: '{"id":"7"}' }];
const MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:machine";

async function start(
  resources: Record<string, unknown>,
  data?: string,
): Promise<Cloud & { lines: string[] }> {
  const lines: string[] = [];
  const report = (line: string) => void lines.push(line);
  const cloud = await startCloud({ assembly: assemblyOf(resources), data, port: 0, report });
  open.push(() => cloud.close());
  return Object.assign(cloud, { lines });
}

test("events and tasks reach a stand-in on this machine, with the key from a secret of the template", async () => {
  const { origin, received, next } = await standIn();
  const { kernel } = await start(app(origin));
  const first = next();
  await kernel.call("events", "PutEvents", { Entries });
  await first;
  expect(received.splice(0)).toEqual(["POST /hooks/7 of the secret"]);
  const second = next();
  await kernel.call("states", "StartExecution", { stateMachineArn: MACHINE });
  await second;
  expect(received).toEqual(["PUT /tasks of the secret"]);
});

test("a restart keeps what the API has changed, until the template changes it", async () => {
  const data = folder();
  const { kernel, close } = await start(app("http://127.0.0.1:1"), data);
  const { Connections } = await kernel.call("events", "ListConnections", {});
  const [{ Name, ConnectionArn }] = Connections;
  const set = { ApiKeyAuthParameters: { ApiKeyValue: "of the API" } };
  await kernel.call("events", "UpdateConnection", { Name, AuthParameters: set });
  await close();
  open.pop();
  const again = await start(app("http://127.0.0.1:1"), data);
  const keyOf = async ({ kernel }: Cloud) => {
    const described = await kernel.call("events", "DescribeConnection", { Name });
    expect(described.ConnectionArn).toBe(ConnectionArn);
    const { SecretString } = await kernel.call("secretsmanager", "GetSecretValue", {
      SecretId: described.SecretArn,
    });
    return JSON.parse(SecretString).api_key_value;
  };
  expect(await keyOf(again)).toBe("of the API");
  const { Key, Connection, ...others } = app("http://127.0.0.1:1");
  const changed = { ...Connection, Properties: { ...Connection.Properties, Description: "changed" } };
  await again.redeploy(assemblyOf({ Key, Connection: changed, ...others }));
  expect(await keyOf(again)).toBe("of the secret");
  await again.redeploy(assemblyOf({ Key }));
  expect(await again.kernel.call("events", "ListConnections", {})).toMatchObject({ Connections: [] });
  expect(await again.kernel.call("events", "ListApiDestinations", {})).toMatchObject({ ApiDestinations: [] });
});

test("a secret that is not here is reported, and does not stop the start", async () => {
  const { Key: _, Connection, ...others } = app("http://127.0.0.1:1");
  const value = "{{resolve:secretsmanager:prod/key:SecretString:key::}}";
  const { AuthParameters, ...rest } = Connection.Properties;
  const ApiKeyAuthParameters = { ...AuthParameters.ApiKeyAuthParameters, ApiKeyValue: value };
  const { lines, kernel } = await start({
    ...others,
    Connection: { ...Connection, Properties: { ...rest, AuthParameters: { ApiKeyAuthParameters } } },
  });
  expect(lines).toEqual([
    `App/Connection: ${value} is not available here, and has the value "not-available-locally". Create it with "aws --endpoint-url ${kernel.endpoint} secretsmanager create-secret --name prod/key --secret-string <value>" and restart.`,
  ]);
});

test("a key that a secret does not have stops the start", async () => {
  const { Key, ...others } = app("http://127.0.0.1:1");
  const attempt = start({ Key: { ...Key, Properties: { SecretString: "no JSON" } }, ...others });
  await expect(attempt).rejects.toThrow("App/Connection (AWS::Events::Connection): the secret");
});

test("a connection to a private endpoint is refused before anything is created", async () => {
  const { Connection, ...others } = app("http://127.0.0.1:1");
  const Properties = {
    ...Connection.Properties,
    InvocationConnectivityParameters: { ResourceParameters: { ResourceConfigurationArn: "arn" } },
  };
  await expect(start({ Connection: { ...Connection, Properties }, ...others })).rejects.toThrow(
    "does not serve connections to private endpoints (InvocationConnectivityParameters). Leave it out on this machine",
  );
});

const API = "https://api.example.com";

/** A simulation whose hosts outside are answered in memory. */
async function setUp(grants: Parameters<typeof app>[1] = {}) {
  const asked: string[] = [];
  const lines: string[] = [];
  const simulation = await simulate(assemblyOf(app(API, grants)), {
    seed: 1,
    report: (line) => lines.push(line),
    outside: ({ method, origin, url, headers }) => {
      asked.push(`${method} ${origin}${url} ${headers["x-key"]}`);
      return { status: 200 };
    },
  });
  open.push(() => simulation.close());
  const ended = async () => {
    const { executionArn } = await simulation.call("states", "StartExecution", { stateMachineArn: MACHINE });
    await simulation.settle();
    return simulation.call("states", "DescribeExecution", { executionArn });
  };
  return { ...simulation, asked, ended };
}

test("in a simulation, the requests of destinations and tasks go to the test's hosts", async () => {
  const { call, settle, asked, ended } = await setUp();
  await call("events", "PutEvents", { Entries });
  await settle();
  expect(await ended()).toMatchObject({ status: "SUCCEEDED" });
  expect(asked).toEqual([`POST ${API}/hooks/7 of the secret`, `PUT ${API}/tasks of the secret`]);
});

test.each([
  ["the endpoint", [GRANTS.retrieve, GRANTS.secret], "States.Http.AccessDenied", "on API Endpoint"],
  [
    "another endpoint",
    [GRANTS.call("https://other.example.com"), GRANTS.retrieve, GRANTS.secret],
    "States.Http.AccessDenied",
    "AWS Step Functions is not authorized to perform states:InvokeHTTPEndpoint on API Endpoint https://api.example.com/tasks.",
  ],
  [
    "the connection",
    [GRANTS.call(API), GRANTS.secret],
    "Events.ConnectionResource.AccessDenied",
    "No permissions to call RetrieveConnectionCredentials on the connection resource.",
  ],
  [
    "the secret",
    [GRANTS.call(API), GRANTS.retrieve, allow("secretsmanager:DescribeSecret", "*")],
    "Events.ConnectionResource.AccessDenied",
    "No permissions to call DescribeSecret and/or GetSecretValue on the secret associated with the connection resource.",
  ],
  [
    "the secret's description",
    [GRANTS.call(API), GRANTS.retrieve, allow("secretsmanager:GetSecretValue", "*")],
    "Events.ConnectionResource.AccessDenied",
    "No permissions to call DescribeSecret and/or GetSecretValue on the secret associated with the connection resource.",
  ],
])(
  "a task whose role lacks %s fails as recorded, and calls nothing",
  async (_what, machine, error, cause) => {
    const { asked, ended } = await setUp({ machine });
    const { cause: given, ...rest } = await ended();
    expect(rest).toMatchObject({ status: "FAILED", error });
    expect(given).toContain(cause);
    expect(asked).toEqual([]);
  },
);

test("a rule whose role may not invoke the destination calls nothing", async () => {
  const { call, settle, asked } = await setUp({ rule: [] });
  await call("events", "PutEvents", { Entries });
  await settle();
  expect(asked).toEqual([]);
});
