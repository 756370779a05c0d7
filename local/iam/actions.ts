import type { Access } from "../kernel/access.ts";
import type { Kernel } from "../kernel/kernel.ts";

/** What a call does, as IAM sees it: usually one access; a batch over several resources is several. */
export function accessesOf(kernel: Kernel, service: string, operation: string, input: any): Access[] {
  const own = kernel.service(service)?.accesses?.(operation, input);
  if (own) return own;
  const describe = Object.hasOwn(SERVICES, service) ? SERVICES[service]! : undefined;
  return describe ? describe(kernel, operation, input) : [access(`${service}:${operation}`, "*")];
}

type Describe = (kernel: Kernel, operation: string, input: any) => Access[];

const access = (action: string, resource: string | undefined, context: Access["context"] = {}): Access => ({
  action,
  resource,
  context,
});

/** An ARN stays as it is; a name becomes the ARN of the kind. */
const arnOf = (value: unknown, build: (name: string) => string): string | undefined => {
  if (typeof value !== "string") return undefined;
  return value.startsWith("arn:") ? value : build(value);
};

const SERVICES: Record<string, Describe> = {
  sqs(kernel, operation, input) {
    const name = input.QueueName ?? (input.QueueUrl && String(input.QueueUrl).split("/").at(-1));
    const resource = input.SourceArn ?? arnOf(name, (queue) => kernel.arn("sqs", queue)) ?? "*";
    return [access(`sqs:${operation.replace(/Batch$/, "")}`, resource)];
  },

  states(_kernel, operation, input) {
    // A task token belongs to one state machine, which only the service knows.
    const resource = operation.startsWith("SendTask")
      ? undefined
      : (input.stateMachineArn ??
        input.executionArn ??
        input.stateMachineVersionArn ??
        input.activityArn ??
        "*");
    return [access(`states:${operation}`, resource)];
  },

  events(kernel, operation, input) {
    const bus = (name: unknown) =>
      arnOf(name ?? "default", (bus) => kernel.arn("events", `event-bus/${bus}`));
    if (operation === "PutEvents") {
      const entries: any[] = Array.isArray(input.Entries) ? input.Entries : [];
      return entries.map((entry) =>
        access("events:PutEvents", bus(entry?.EventBusName), {
          "events:source": entry?.Source,
          "events:detail-type": entry?.DetailType,
        }),
      );
    }
    const named = (kind: "replay" | "archive", name: unknown) =>
      access(`events:${operation}`, kernel.arn("events", `${kind}/${name}`));
    if (operation === "StartReplay") {
      const resources = [input.EventSourceArn, input.Destination?.Arn].map((arn) =>
        access("events:StartReplay", arn ?? "*"),
      );
      return [...resources, named("replay", input.ReplayName)];
    }
    if (input.ReplayName !== undefined) return [named("replay", input.ReplayName)];
    if (input.ArchiveName !== undefined) return [named("archive", input.ArchiveName)];
    const busName = String(input.EventBusName ?? "default")
      .split("/")
      .at(-1);
    const rule = input.Rule ?? (operation.endsWith("Rule") ? input.Name : undefined);
    const path = busName === "default" ? rule : `${busName}/${rule}`;
    const resource =
      rule === undefined ? (input.Name ? bus(input.Name) : "*") : kernel.arn("events", `rule/${path}`);
    return [access(`events:${operation}`, resource)];
  },

  dynamodbstreams(_kernel, operation, input) {
    const resource = operation === "ListStreams" ? "*" : input.StreamArn;
    return [access(`dynamodb:${operation}`, resource)];
  },

  s3(_kernel, operation, input) {
    const bucket = input.Bucket === undefined ? "*" : `arn:aws:s3:::${input.Bucket}`;
    const object = input.Key === undefined ? bucket : `${bucket}/${input.Key}`;
    switch (operation) {
      case "HeadObject":
        return [access("s3:GetObject", object)];
      case "GetObjectAttributes":
        return [access("s3:GetObject", object), access("s3:GetObjectAttributes", object)];
      case "HeadBucket":
      case "ListObjects":
      case "ListObjectsV2":
        return [
          access("s3:ListBucket", bucket, { "s3:prefix": input.Prefix, "s3:delimiter": input.Delimiter }),
        ];
      case "ListBuckets":
        return [access("s3:ListAllMyBuckets", "*")];
      case "ListObjectVersions":
        return [access("s3:ListBucketVersions", bucket)];
      case "ListMultipartUploads":
        return [access("s3:ListBucketMultipartUploads", bucket)];
      case "ListParts":
        return [access("s3:ListMultipartUploadParts", object)];
      case "PutObject":
        return [
          access("s3:PutObject", object),
          ...(input.Tagging ? [access("s3:PutObjectTagging", object)] : []),
        ];
      case "CreateMultipartUpload":
      case "UploadPart":
      case "CompleteMultipartUpload":
        return [access("s3:PutObject", object)];
      case "CopyObject":
      case "UploadPartCopy": {
        const source = decodeURIComponent(String(input.CopySource ?? "").split("?")[0]!).replace(/^\//, "");
        return [access("s3:PutObject", object), access("s3:GetObject", `arn:aws:s3:::${source}`)];
      }
      case "DeleteObjects":
        return (input.Delete?.Objects ?? []).map(({ Key }: any) =>
          access("s3:DeleteObject", `${bucket}/${Key}`),
        );
      default:
        return [access(`s3:${operation}`, object)];
    }
  },

  lambda(kernel, operation, input) {
    const resource = arnOf(input.FunctionName, (name) => kernel.arn("lambda", `function:${name}`)) ?? "*";
    return [
      access(operation.startsWith("Invoke") ? "lambda:InvokeFunction" : `lambda:${operation}`, resource),
    ];
  },

  logs(kernel, operation, input) {
    const group = arnOf(input.logGroupIdentifier ?? input.logGroupName, (name) =>
      kernel.arn("logs", `log-group:${name}`),
    );
    const stream = input.logStreamName === undefined ? "*" : `log-stream:${input.logStreamName}`;
    return [access(`logs:${operation}`, group === undefined ? "*" : `${group}:${stream}`)];
  },

  scheduler(kernel, operation, input) {
    const { Name, GroupName = "default", ResourceArn = "*" } = input;
    const named = operation.endsWith("ScheduleGroup")
      ? `schedule-group/${Name}`
      : `schedule/${GroupName}/${Name}`;
    const resource = Name === undefined ? ResourceArn : kernel.arn("scheduler", named);
    return [access(`scheduler:${operation}`, resource)];
  },

  apigateway(kernel, operation, { ApiId }) {
    const verb = /^[A-Z][a-z]+/.exec(operation)![0];
    const method = { Create: "POST", Get: "GET", Update: "PATCH", Delete: "DELETE" }[verb] ?? verb;
    const api = ApiId === undefined ? "/apis" : `/apis/${ApiId}`;
    return [access(`apigateway:${method}`, `arn:aws:apigateway:${kernel.region}::${api}`)];
  },

  "execute-api": (_kernel, operation, { Resource }) => [access(`execute-api:${operation}`, Resource)],

  ssm(kernel, operation, input) {
    const names: string[] = input.Names ?? [input.Name ?? input.Path ?? "*"];
    return names.map((name) =>
      access(`ssm:${operation}`, kernel.arn("ssm", `parameter/${name.replace(/^\//, "")}`)),
    );
  },

  // A policy names the secret's whole ARN, which only the service knows.
  secretsmanager(_kernel, operation, { SecretId = "*" }) {
    const resource = operation === "CreateSecret" || SecretId.startsWith("arn:") ? SecretId : undefined;
    return [access(`secretsmanager:${operation}`, resource)];
  },

  monitoring(kernel, operation, { AlarmName }) {
    const resource = AlarmName === undefined ? "*" : kernel.arn("cloudwatch", `alarm:${AlarmName}`);
    return [access(`cloudwatch:${operation}`, resource)];
  },

  // Everybody may ask who he is.
  sts: () => [],
};
