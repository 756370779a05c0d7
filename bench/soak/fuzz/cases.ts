import { ROLE } from "../../../test/local/cloud/resources.ts";
import type { Dice } from "./dice.ts";
import * as grammar from "./grammars.ts";
import { mutated, scrambled, text, value } from "./values.ts";

/** One request. `raw` is sent as it is, byte for byte. */
export type Case =
  | { method: string; path: string; headers: Record<string, string>; body: Buffer }
  | { raw: Buffer };

const TARGETS: Record<string, string> = {
  sqs: "AmazonSQS",
  ssm: "AmazonSSM",
  events: "AWSEvents",
  states: "AWSStepFunctions",
  dynamodb: "DynamoDB_20120810",
  dynamodbstreams: "DynamoDBStreams_20120810",
  logs: "Logs_20140328",
};
const credential = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

const QUEUE = "http://127.0.0.1:4566/000000000000/q";
const MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:machine";
const KEY = { TableName: "things", Key: { id: { S: "a" } } };
const PLACEHOLDERS = {
  ExpressionAttributeNames: { "#n": "n" },
  ExpressionAttributeValues: { ":v": { N: "1" }, ":w": { SS: ["a"] } },
};

/** Inputs that a service takes, before they are bent. What has none here gets anything. */
const SOUND: Record<string, object[]> = {
  "sqs:SendMessage": [
    {
      QueueUrl: QUEUE,
      MessageBody: "m",
      DelaySeconds: 1,
      MessageAttributes: { a: { DataType: "String", StringValue: "x" } },
    },
  ],
  "sqs:SendMessageBatch": [
    {
      QueueUrl: QUEUE,
      Entries: [
        { Id: "1", MessageBody: "a" },
        { Id: "2", MessageBody: "b" },
      ],
    },
  ],
  "sqs:ReceiveMessage": [
    { QueueUrl: QUEUE, MaxNumberOfMessages: 10, VisibilityTimeout: 0, AttributeNames: ["All"] },
  ],
  "sqs:DeleteMessage": [{ QueueUrl: QUEUE, ReceiptHandle: "AQEB" }],
  "sqs:ChangeMessageVisibility": [{ QueueUrl: QUEUE, ReceiptHandle: "AQEB", VisibilityTimeout: 1 }],
  "sqs:SetQueueAttributes": [
    {
      QueueUrl: QUEUE,
      Attributes: {
        VisibilityTimeout: "1",
        RedrivePolicy: '{"maxReceiveCount":1}',
        Policy: '{"Statement":[]}',
      },
    },
  ],
  "sqs:CreateQueue": [{ QueueName: "q2", Attributes: { FifoQueue: "true" }, tags: { a: "b" } }],
  "events:PutEvents": [
    { Entries: [{ Source: "a", DetailType: "t", Detail: '{"a":"a","b":[1]}', Time: 1, Resources: ["a"] }] },
  ],
  "events:PutRule": [{ Name: "r", EventPattern: '{"source":["a"]}', State: "ENABLED" }],
  "events:PutTargets": [
    {
      Rule: "fuzz",
      Targets: [{ Id: "1", Arn: "arn:aws:sqs:us-east-1:000000000000:q", InputPath: "$.detail" }],
    },
  ],
  "events:CreateArchive": [
    {
      ArchiveName: "a",
      EventSourceArn: "arn:aws:events:us-east-1:000000000000:event-bus/default",
      EventPattern: "{}",
    },
  ],
  "dynamodb:PutItem": [
    {
      TableName: "things",
      Item: { id: { S: "a" }, n: { N: "1.5e10" }, l: { L: [{ M: { b: { B: "AA==" } } }] }, s: { NS: ["1"] } },
    },
  ],
  "dynamodb:GetItem": [KEY],
  "dynamodb:Query": [
    {
      TableName: "things",
      KeyConditionExpression: "id = :v",
      ExpressionAttributeValues: { ":v": { S: "a" } },
    },
  ],
  "dynamodb:Scan": [{ TableName: "things", Limit: 3, Segment: 0, TotalSegments: 2 }],
  "dynamodb:BatchWriteItem": [{ RequestItems: { things: [{ PutRequest: { Item: { id: { S: "b" } } } }] } }],
  "dynamodb:TransactWriteItems": [
    {
      TransactItems: [
        { Put: { TableName: "things", Item: { id: { S: "c" } } } },
        { ConditionCheck: { ...KEY, ConditionExpression: "attribute_exists(id)" } },
      ],
    },
  ],
  "dynamodb:CreateTable": [
    {
      TableName: "t2",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    },
  ],
  "states:StartExecution": [{ stateMachineArn: MACHINE, input: '{"a":1}', name: "x" }],
  "states:CreateStateMachine": [{ name: "m2", roleArn: ROLE, definition: "{}" }],
  "states:SendTaskSuccess": [{ taskToken: "AAAA", output: "{}" }],
  "states:GetExecutionHistory": [
    { executionArn: `${MACHINE.replace("stateMachine", "execution")}:x`, maxResults: 5 },
  ],
  "logs:PutLogEvents": [
    { logGroupName: "g", logStreamName: "s", logEvents: [{ timestamp: 1, message: "m" }] },
  ],
};

const json = (service: string, operation: string, input: unknown, headers: object = {}): Case => ({
  method: "POST",
  path: "/",
  headers: {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": `${TARGETS[service]}.${operation}`,
    ...headers,
  },
  body: Buffer.from(JSON.stringify(input) ?? ""),
});

const rest = (
  service: string,
  method: string,
  path: string,
  body: string | Buffer,
  headers: object = {},
): Case => ({
  method,
  path,
  headers: { authorization: credential(service), ...headers },
  body: Buffer.from(body),
});

const asText = (given: unknown) => (typeof given === "string" ? given : JSON.stringify(given));

const S3_BODIES = [
  "<Delete><Object><Key>a</Key></Object><Quiet>true</Quiet></Delete>",
  "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>a</ETag></Part></CompleteMultipartUpload>",
  "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>",
  "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
  '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]><Delete><Object><Key>&y;&y;&y;</Key></Object></Delete>',
  '<!DOCTYPE a SYSTEM "file:///etc/passwd"><Delete><Object><Key>a</Key></Object></Delete>',
  `${"<a>".repeat(20_000)}`,
  "<Delete>&#x110000;&#0;&bogus;<![CDATA[x]]></Delete>",
];
const S3_PATHS = [
  "/bucket",
  "/bucket/a",
  "/bucket/a%2Fb?x-id=PutObject",
  "/bucket?delete",
  "/bucket?list-type=2&max-keys=3&prefix=a",
  "/bucket/a?uploads",
  "/bucket/a?uploadId=x&partNumber=1",
  "/bucket/a?tagging",
  "/bucket?versioning",
  "/bucket?versions",
  "/bucket?notification",
  "/bucket?lifecycle",
  "/bucket/%FF%FE",
  "/bucket/../../etc/passwd",
  "//",
  "/bucket/a?versionId=null",
];
const S3_HEADERS: Record<string, string[]> = {
  range: ["bytes=0-1", "bytes=-1", "bytes=5-1", "bytes=a-b", "bytes=0-0,2-3", "bytes=99999999999999999999-"],
  "if-match": ["*", '"x"', "x"],
  "if-none-match": ["*", '"x"'],
  "if-modified-since": ["Thu, 01 Jan 1970 00:00:00 GMT", "never"],
  "x-amz-copy-source": ["/bucket/a", "bucket/%zz", "x"],
  "x-amz-content-sha256": ["STREAMING-UNSIGNED-PAYLOAD-TRAILER", "UNSIGNED-PAYLOAD"],
  "content-encoding": ["aws-chunked", "gzip"],
  "x-amz-decoded-content-length": ["5", "-1", "x", "99999999999"],
  "x-amz-trailer": ["x-amz-checksum-crc32"],
  "x-amz-checksum-crc32": ["AAAAAA==", "x"],
  "x-amz-meta-a": ["=?utf-8?Q?a?=", "\xe9"],
  "x-amz-tagging": ["a=b&c=%zz", "a"],
  "content-md5": ["x", "1B2M2Y8AsgTpgAmY7PhCfg=="],
};
const CHUNKED = [
  "5;chunk-signature=0\r\nhello\r\n0;chunk-signature=0\r\n\r\n",
  "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n",
  "fffffffff\r\nx",
  "-5\r\nhello",
];

function s3(dice: Dice): Case {
  const names = Object.keys(S3_HEADERS);
  const headers = Object.fromEntries(
    dice.some(3, () => {
      const name = dice.pick(names);
      return [name, dice.pick(S3_HEADERS[name]!)];
    }),
  );
  const body = dice.pick([...S3_BODIES, ...CHUNKED, "", "hello"]);
  return rest(
    "s3",
    dice.pick(["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH"]),
    dice.chance(0.3) ? path(dice) : dice.pick(S3_PATHS),
    dice.chance(0.5) ? body : scrambled(dice, body),
    headers,
  );
}

/** A path and query as HTTP allows it in a request line. */
const path = (dice: Dice) =>
  `/${scrambled(dice, dice.pick([...S3_PATHS, ...REST_PATHS.map(([, found]) => found)])).slice(0, 2000)}`.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be in a path.
    /[\u0000- \u007f-\uffff]/g,
    (character) =>
      dice.chance(0.5) ? encodeURIComponent(character === "\ud800" ? "x" : character.toWellFormed()) : "%",
  );

const REST_PATHS: [service: string, path: string, body: object][] = [
  ["lambda", "/2015-03-31/functions/f/invocations", { a: 1 }],
  ["lambda", "/2015-03-31/functions/f", {}],
  [
    "lambda",
    "/2015-03-31/functions/",
    { FunctionName: "g", Runtime: "nodejs24.x", Handler: "i.h", Role: ROLE, Code: {} },
  ],
  [
    "lambda",
    "/2015-03-31/event-source-mappings/",
    {
      EventSourceArn: "arn:aws:sqs:us-east-1:000000000000:q",
      FunctionName: "none",
      FilterCriteria: { Filters: [{ Pattern: '{"body":["a"]}' }] },
    },
  ],
  ["lambda", "/2015-03-31/functions/f/configuration", { Timeout: 3 }],
  [
    "scheduler",
    "/schedules/s",
    {
      ScheduleExpression: "rate(1 day)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: "arn:aws:sqs:us-east-1:000000000000:q", RoleArn: ROLE },
    },
  ],
  ["scheduler", "/schedule-groups/g", {}],
  ["apigateway", "/v2/apis", { name: "a", protocolType: "HTTP" }],
  ["execute-api", "/anything", {}],
];

function restJson(dice: Dice): Case {
  const [service, sound, body] = dice.pick(REST_PATHS);
  return rest(
    service,
    dice.pick(["GET", "PUT", "POST", "DELETE"]),
    dice.chance(0.8) ? sound : path(dice),
    dice.chance(0.9) ? JSON.stringify(mutated(dice, body)) : text(dice),
    { "content-type": "application/json" },
  );
}

/** Names of the operations that each service of a JSON protocol serves. */
export type Operations = Record<string, string[]>;

const LANGUAGES: ((dice: Dice) => Case)[] = [
  (dice) =>
    json("events", "TestEventPattern", {
      EventPattern: asText(grammar.pattern(dice)),
      Event: asText(grammar.event(dice)),
    }),
  (dice) => json("events", "PutRule", { Name: "fuzz", EventPattern: asText(grammar.pattern(dice)) }),
  (dice) => json("events", "PutRule", { Name: "cron", ScheduleExpression: grammar.schedule(dice) }),
  (dice) =>
    json("events", "PutTargets", {
      Rule: "transformed",
      Targets: [
        {
          Id: "1",
          Arn: "arn:aws:sqs:us-east-1:000000000000:q",
          InputTransformer: {
            InputPathsMap: { a: grammar.jsonPath(dice), b: "$.detail.b" },
            InputTemplate: grammar.transformer(dice),
          },
        },
      ],
    }),
  (dice) =>
    json("events", "PutEvents", { Entries: [{ Source: "a", DetailType: "t", Detail: asText(value(dice)) }] }),
  (dice) =>
    json("dynamodb", "UpdateItem", {
      ...KEY,
      ...PLACEHOLDERS,
      UpdateExpression: grammar.dynamodbExpression(dice),
      ReturnValues: "ALL_NEW",
    }),
  (dice) =>
    json("dynamodb", "PutItem", {
      TableName: "things",
      Item: { id: { S: "a" } },
      ...PLACEHOLDERS,
      ConditionExpression: grammar.dynamodbExpression(dice),
    }),
  (dice) =>
    json("dynamodb", "Scan", {
      TableName: "things",
      ...PLACEHOLDERS,
      FilterExpression: grammar.dynamodbExpression(dice),
      ProjectionExpression: grammar.dynamodbExpression(dice),
    }),
  (dice) =>
    json("dynamodb", "Query", {
      TableName: "things",
      ...PLACEHOLDERS,
      KeyConditionExpression: grammar.dynamodbExpression(dice),
    }),
  (dice) =>
    json("states", "ValidateStateMachineDefinition", { definition: asText(grammar.definition(dice)) }),
  (dice) =>
    json("states", "CreateStateMachine", {
      name: `m${dice.below(20)}`,
      roleArn: ROLE,
      definition: asText(grammar.definition(dice)),
    }),
  (dice) =>
    json("states", "StartExecution", {
      stateMachineArn: MACHINE.replace("machine", `m${dice.below(20)}`),
      input: asText(grammar.stateInput(dice)),
    }),
  (dice) =>
    json("states", "TestState", {
      definition: asText(grammar.state(dice)),
      input: asText(grammar.stateInput(dice)),
      roleArn: ROLE,
      inspectionLevel: "TRACE",
    }),
  (dice) =>
    json("logs", "FilterLogEvents", { logGroupName: "g", filterPattern: grammar.filterPattern(dice) }),
  (dice) =>
    rest(
      "scheduler",
      "POST",
      `/schedules/s${dice.below(30)}`,
      JSON.stringify({
        ScheduleExpression: grammar.schedule(dice),
        ScheduleExpressionTimezone: dice.pick(["UTC", "Europe/Berlin", "x", "../..", "\0"]),
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: { Arn: "arn:aws:sqs:us-east-1:000000000000:q", RoleArn: ROLE },
      }),
    ),
];

function operation(dice: Dice, operations: Operations): Case {
  const service = dice.pick(Object.keys(operations).filter((name) => TARGETS[name]));
  const name = dice.pick(operations[service]!);
  const sound = SOUND[`${service}:${name}`];
  return json(service, name, sound ? mutated(dice, dice.pick(sound), 0.12) : value(dice));
}

const HEADERS = [
  "host",
  "content-length",
  "transfer-encoding",
  "x-amz-target",
  "content-type",
  "authorization",
  "expect",
  "connection",
  "origin",
  "x",
];

/** Bytes that are nearly HTTP. */
function raw(dice: Dice): Case {
  const body = dice.pick(["{}", "5\r\nhello\r\n0\r\n\r\n", "zz\r\n", "", "a".repeat(70_000)]);
  const lines = [
    `${dice.pick(["POST", "GET", "post", "FOO", ""])} ${dice.pick(["/", "*", "http://x/", "/ x", `/${"a".repeat(20_000)}`, "/%"])} HTTP/${dice.pick(["1.1", "1.0", "2.0", "9"])}`,
    "host: 127.0.0.1",
    ...dice.some(
      5,
      () =>
        `${dice.pick(HEADERS)}: ${dice.pick(["chunked", "-1", "5", "99999999999", "AmazonSQS.SendMessage", "100-continue", "é", text(dice).slice(0, 100)])}`,
    ),
    "connection: close",
  ];
  const request = `${lines.join("\r\n")}\r\n\r\n${body}`;
  return { raw: Buffer.from(dice.chance(0.5) ? request : scrambled(dice, request), "latin1") };
}

function form(dice: Dice): Case {
  const sound = "Action=DescribeStacks&Version=2010-05-15&StackName=App&Parameters.member.1.ParameterKey=a";
  return {
    method: "POST",
    path: "/",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...(dice.chance(0.5) && {
        authorization: credential(dice.pick(["sts", "iam", "cloudformation", "sqs", "x"])),
      }),
    },
    body: Buffer.from(dice.chance(0.3) ? sound : scrambled(dice, sound)),
  };
}

function brokenJson(dice: Dice): Case {
  const [name, [input]] = dice.pick(Object.entries(SOUND)) as [string, [object]];
  const [service, operationName] = name.split(":") as [string, string];
  const found = json(service, operationName, {}) as Extract<Case, { body: Buffer }>;
  const bytes = Buffer.from(scrambled(dice, JSON.stringify(input)));
  if (bytes.length > 0 && dice.chance(0.3)) bytes[dice.below(bytes.length)] = dice.below(256);
  return { ...found, body: bytes };
}

/** The next case. */
export function nextCase(dice: Dice, operations: Operations): Case {
  const kind = dice.below(100);
  if (kind < 50) return dice.pick(LANGUAGES)(dice);
  if (kind < 70) return operation(dice, operations);
  if (kind < 80) return s3(dice);
  if (kind < 87) return restJson(dice);
  if (kind < 92) return brokenJson(dice);
  if (kind < 95) return form(dice);
  return raw(dice);
}
