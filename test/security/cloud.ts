import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Cloud, startCloud } from "../../local/cloud.ts";
import { assemblyOf, folder } from "../local/cloud/assembly.ts";
import { ACTOR, functionOf } from "../local/cloud/resources.ts";

/** Keeps the token that comes behind "#" in its address, as the console does, and shows a film. */
const CONSOLE_PAGE = `<!doctype html><title>console</title><script>
  if (location.hash.startsWith("#token=")) sessionStorage.setItem("token", location.hash.slice(7));
  document.title = "console " + sessionStorage.getItem("token");
</script>`;

const page = (html: string) =>
  `exports.handler = async () => (${JSON.stringify({ statusCode: 200, headers: { "content-type": "text/html" }, body: html })});`;

/** What a web page would like to reach: a function, a bucket, a queue, a page behind an HTTP API, function URLs. */
const RESOURCES = {
  Role: ACTOR,
  Bucket: { Type: "AWS::S3::Bucket", Properties: { BucketName: "films" } },
  Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "orders" } },
  Victim: functionOf("exports.handler = async () => 'ran';", { FunctionName: "victim" }),
  Console: functionOf(page(CONSOLE_PAGE), { FunctionName: "console" }),
  Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "console", ProtocolType: "HTTP" } },
  Integration: {
    Type: "AWS::ApiGatewayV2::Integration",
    Properties: {
      ApiId: { Ref: "Api" },
      IntegrationType: "AWS_PROXY",
      PayloadFormatVersion: "2.0",
      IntegrationUri: { "Fn::GetAtt": ["Console", "Arn"] },
    },
  },
  Route: {
    Type: "AWS::ApiGatewayV2::Route",
    Properties: {
      ApiId: { Ref: "Api" },
      RouteKey: "$default",
      Target: { "Fn::Join": ["", ["integrations/", { Ref: "Integration" }]] },
    },
  },
  Stage: {
    Type: "AWS::ApiGatewayV2::Stage",
    Properties: { ApiId: { Ref: "Api" }, StageName: "$default", AutoDeploy: true },
  },
  ApiPermission: {
    Type: "AWS::Lambda::Permission",
    Properties: {
      FunctionName: { Ref: "Console" },
      Action: "lambda:InvokeFunction",
      Principal: "apigateway.amazonaws.com",
    },
  },
  Url: {
    Type: "AWS::Lambda::Url",
    Properties: {
      TargetFunctionArn: { "Fn::GetAtt": ["Victim", "Arn"] },
      AuthType: "NONE",
      Cors: { AllowOrigins: ["http://shop.localhost"], AllowMethods: ["*"] },
    },
  },
};

const OUTPUTS = {
  Api: { Value: { "Fn::GetAtt": ["Api", "ApiEndpoint"] } },
  Url: { Value: { "Fn::GetAtt": ["Url", "FunctionUrl"] } },
};

export interface Target {
  cloud: Cloud;
  /** "http://127.0.0.1:4566" */
  endpoint: string;
  /** "http://127.0.0.1:4566/_api/<id>" */
  api: string;
  /** "http://<id>.lambda-url.us-east-1.localhost:4566/" */
  functionUrl: string;
  /** Stores an object as a program does. */
  put(key: string, type: string | undefined, body: string): Promise<void>;
  /** The keys of the bucket. */
  keys(): Promise<string[]>;
  /** The function's environment variables. */
  variables(): Promise<Record<string, string>>;
  /** Texts of the messages in the queue. */
  messages(): Promise<string[]>;
  /** JavaScript that leaves a trace of having been run in this process. */
  code: string;
  /** Whether it was run. */
  wasRun(): boolean;
  /** Undoes what an attack that succeeded did, so that the next is seen by itself. */
  reset(): Promise<void>;
  /** What the local cloud reported about itself. */
  reports: string[];
}

/** A running local cloud, as programs on this machine see it. */
export async function startTarget(host?: string): Promise<Target> {
  const reports: string[] = [];
  const cloud = await startCloud({
    assembly: assemblyOf(RESOURCES, OUTPUTS),
    data: undefined,
    port: 0,
    ...(host !== undefined && { host }),
    report: (line) => reports.push(line),
  });
  const { endpoint, kernel } = cloud;
  const { Stacks } = await kernel.call("cloudformation", "DescribeStacks", {});
  const output = (name: string): string =>
    Stacks[0].Outputs.find(({ OutputKey }: { OutputKey: string }) => OutputKey === name).OutputValue;
  const trace = join(folder(), "trace");
  const QueueUrl = `${endpoint}/000000000000/orders`;
  const received = async (): Promise<{ Body: string; ReceiptHandle: string }[]> => {
    const input = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 };
    return (await kernel.call("sqs", "ReceiveMessage", input)).Messages ?? [];
  };
  return {
    cloud,
    endpoint,
    reports,
    api: output("Api"),
    functionUrl: output("Url"),
    async put(Key, ContentType, Body) {
      await kernel.call("s3", "PutObject", { Bucket: "films", Key, ContentType, Body });
    },
    async keys() {
      const { Contents = [] } = await kernel.call("s3", "ListObjectsV2", { Bucket: "films" });
      return Contents.map(({ Key }: { Key: string }) => Key);
    },
    async variables() {
      const { Environment } = await kernel.call("lambda", "GetFunctionConfiguration", {
        FunctionName: "victim",
      });
      return Environment?.Variables ?? {};
    },
    messages: async () => (await received()).map(({ Body }) => Body),
    code: `import("node:fs").then((fs) => fs.writeFileSync(${JSON.stringify(trace)}, "ran"))`,
    wasRun: () => existsSync(trace),
    async reset() {
      rmSync(trace, { force: true });
      await kernel.call("lambda", "UpdateFunctionConfiguration", {
        FunctionName: "victim",
        Environment: {},
      });
      for (const { ReceiptHandle } of await received()) {
        await kernel.call("sqs", "DeleteMessage", { QueueUrl, ReceiptHandle });
      }
      await kernel.call("s3", "DeleteObject", { Bucket: "films", Key: "evil.html" });
    },
  };
}

/** A query that names a service as a presigned address does. No page needs a secret for it. */
export const presigned = (service: string, members: Record<string, string> = {}) =>
  new URLSearchParams({
    ...members,
    "X-Amz-Credential": `page/20260101/us-east-1/${service}/aws4_request`,
  }).toString();
