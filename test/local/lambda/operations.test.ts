import { expect, test } from "vitest";
import { cloud } from "./cloud.ts";

/** A cloud with a function of two qualifiers, a queue and a table with a stream. */
async function setting() {
  const it = cloud();
  it.define("work", () => 1);
  await it.call("PublishVersion", { FunctionName: "work" });
  await it.call("CreateAlias", { FunctionName: "work", Name: "live", FunctionVersion: "1" });
  const { arn: queue } = await it.queue("jobs");
  const { TableDescription } = await it.kernel.call("dynamodb", "CreateTable", {
    TableName: "runs",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
  });
  return { ...it, queue, stream: TableDescription.LatestStreamArn as string };
}

const ARN = "arn:aws:lambda:us-east-1:000000000000:function:work";
const NAME_RULE =
  "Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?";

type Case = [operation: string, input: object, code: string, message: string | RegExp];

test.each<Case>([
  ...["my-function!", "*", `${ARN}:1:2`, `${ARN}:$LATES`, ARN.replace("us-east-1", ""), "a:function:b"].map(
    (FunctionName): Case => [
      "GetFunction",
      { FunctionName },
      "ValidationException",
      `1 validation error detected: Value '${FunctionName}' at 'functionName' failed to satisfy constraint: ${NAME_RULE}`,
    ],
  ),
  [
    "GetFunction",
    { FunctionName: "*", Qualifier: "q".repeat(129) },
    "ValidationException",
    /^2 validation errors detected: Value 'q+' at 'qualifier' failed to satisfy constraint: Member must have length less than or equal to 128; Value '\*' at 'functionName' failed/,
  ],
  [
    "Invoke",
    { FunctionName: "work", Qualifier: "no!" },
    "ValidationException",
    "1 validation error detected: Value 'no!' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: \\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+",
  ],
  [
    "GetFunction",
    { FunctionName: ARN.replace("us-east-1", "eu-west-1") },
    "ResourceNotFoundException",
    "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
  ],
  [
    "GetFunction",
    { FunctionName: `${ARN}:$LATEST`, Qualifier: "1" },
    "InvalidParameterValueException",
    "The derived qualifier from the function name does not match the specified qualifier.",
  ],
  [
    "DeleteFunction",
    { FunctionName: "work", Qualifier: "$LATEST" },
    "InvalidParameterValueException",
    "$LATEST version cannot be deleted without deleting the function.",
  ],
  [
    "DeleteFunction",
    { FunctionName: `${ARN}:live` },
    "InvalidParameterValueException",
    "Deletion of aliases is not currently supported.",
  ],
  [
    "UpdateFunctionConfiguration",
    { FunctionName: "work", RevisionId: "another" },
    "PreconditionFailedException",
    "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
  ],
  [
    "UpdateFunctionConfiguration",
    { FunctionName: "work", Role: "r1" },
    "ValidationException",
    /Value 'r1' at 'role' failed to satisfy constraint/,
  ],
  [
    "UpdateFunctionConfiguration",
    { FunctionName: "work", Environment: { Variables: { LARGE: "x".repeat(4096) } } },
    "InvalidParameterValueException",
    /exceeded the 4KB limit. String measured: \{"LARGE":"x+"\}$/,
  ],
  [
    "PublishVersion",
    { FunctionName: "work", CodeSha256: "another" },
    "InvalidParameterValueException",
    /^CodeSHA256 \(another\) is different from current CodeSHA256 in \$LATEST/,
  ],
  [
    "CreateAlias",
    { FunctionName: "work", Name: "2024", FunctionVersion: "1" },
    "ValidationException",
    "1 validation error detected: Value '2024' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)",
  ],
  [
    "UpdateAlias",
    { FunctionName: "work", Name: "none" },
    "ResourceNotFoundException",
    `Alias not found: ${ARN}:none`,
  ],
  [
    "PutFunctionConcurrency",
    { FunctionName: "none", ReservedConcurrentExecutions: 1 },
    "ResourceNotFoundException",
    "Function not found: arn:aws:lambda:us-east-1:000000000000:function:none:$LATEST",
  ],
  [
    "PutFunctionConcurrency",
    { FunctionName: `${ARN}:1`, ReservedConcurrentExecutions: 1 },
    "InvalidParameterValueException",
    /^This operation is permitted on Lambda functions only/,
  ],
  [
    "PutFunctionRecursionConfig",
    { FunctionName: "work", RecursiveLoop: "Yes" },
    "ValidationException",
    "1 validation error detected: Value 'Yes' at 'recursiveLoop' failed to satisfy constraint: Member must satisfy enum value set: [Terminate, Allow]",
  ],
  [
    "TagResource",
    { Resource: `${ARN}:1`, Tags: { a: "b" } },
    "InvalidParameterValueException",
    "Tags on function aliases and versions are not supported. Please specify a function ARN.",
  ],
  [
    "TagResource",
    { Resource: ARN, Tags: {} },
    "InvalidParameterValueException",
    "An error occurred and the request cannot be processed.",
  ],
  [
    "TagResource",
    { Resource: ARN, Tags: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`t${at}`, ""])) },
    "InvalidParameterValueException",
    "Number of tags exceeds resource tag limit.",
  ],
  [
    "UntagResource",
    { Resource: ARN },
    "ValidationException",
    "1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member must not be null",
  ],
  [
    "ListTags",
    { Resource: "arn:aws:something" },
    "ValidationException",
    /^1 validation error detected: Value 'arn:aws:something' at 'resource'/,
  ],
  [
    "ListTags",
    {
      Resource:
        "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:00000000-0000-0000-0000-000000000000",
    },
    "ResourceNotFoundException",
    /^Event source mapping not found: arn:aws:lambda:us-east-1:000000000000:event-source-mapping:0/,
  ],
])("%s of %o is refused", async (operation, input, code, message) => {
  const { call } = await setting();
  await expect(call(operation, input)).rejects.toMatchObject({
    code,
    message: message instanceof RegExp ? expect.stringMatching(message) : message,
  });
});

test("a function comes from the app: the API refuses to create one, and says where", async () => {
  const { call } = await setting();
  await expect(call("CreateFunction", { FunctionName: "other" })).rejects.toThrow(
    "add the function to your CDK app",
  );
});

test("the message of a not-found error has a capital, as Lambda writes it", async () => {
  const { call } = await setting();
  await expect(call("GetFunction", { FunctionName: "none" })).rejects.toMatchObject({
    details: {
      Type: "User",
      Message: "Function not found: arn:aws:lambda:us-east-1:000000000000:function:none",
    },
  });
});

test.each<[what: string, parameters: object, code: string, message: string | RegExp]>([
  [
    "no source",
    { EventSourceArn: undefined },
    "InvalidParameterValueException",
    "Unrecognized event source.",
  ],
  [
    "a function that is not there",
    { FunctionName: "none" },
    "InvalidParameterValueException",
    "Function does not exist",
  ],
  [
    "a destination of successes",
    { DestinationConfig: { OnSuccess: { Destination: "arn:aws:sqs:us-east-1:000000000000:done" } } },
    "InvalidParameterValueException",
    "Unsupported DestinationConfig parameter for given event source mapping type.",
  ],
  [
    "what only streams have",
    { MaximumRetryAttempts: 1 },
    "InvalidParameterValueException",
    "Unsupported MaximumRetryAttempts parameter for given event source mapping type.",
  ],
  [
    "pollers of its own",
    { ProvisionedPollerConfig: { MinimumPollers: 2 } },
    "InvalidParameterValueException",
    "The local cloud does not serve ProvisionedPollerConfig of an event source mapping.",
  ],
  [
    "a batch of none",
    { BatchSize: 0 },
    "ValidationException",
    "1 validation error detected: Value '0' at 'batchSize' failed to satisfy constraint: Member must have value greater than or equal to 1",
  ],
  [
    "an endless window",
    { MaximumBatchingWindowInSeconds: 301 },
    "ValidationException",
    "1 validation error detected: Value '301' at 'maximumBatchingWindowInSeconds' failed to satisfy constraint: Member must have value less than or equal to 300",
  ],
  [
    "a concurrency of one",
    { ScalingConfig: { MaximumConcurrency: 1 } },
    "ValidationException",
    "1 validation error detected: Value '1' at 'scalingConfig.maximumConcurrency' failed to satisfy constraint: Member must have value greater than or equal to 2",
  ],
])("a queue's mapping with %s is refused", async (_what, parameters, code, message) => {
  const { call, queue } = await setting();
  const input = { FunctionName: "work", EventSourceArn: queue, ...parameters };
  await expect(call("CreateEventSourceMapping", input)).rejects.toMatchObject({ code, message });
});

test("a second mapping of the same pair is refused in the words of its kind of source", async () => {
  const { call, queue, stream } = await setting();
  const create = (EventSourceArn: string, more: object = {}) =>
    call("CreateEventSourceMapping", { FunctionName: "work", EventSourceArn, ...more });
  const { UUID } = await create(queue);
  await expect(create(queue)).rejects.toMatchObject({
    code: "ResourceConflictException",
    message: `An event source mapping with SQS arn (" ${queue} ") and function (" work ") already exists. Please update or delete the existing mapping with UUID ${UUID}`,
  });
  const start = { StartingPosition: "LATEST" };
  const { UUID: second } = await create(stream, start);
  await expect(create(stream, start)).rejects.toMatchObject({
    code: "ResourceConflictException",
    message: `The event source arn (" ${stream} ") and function (" work ") provided mapping already exists. Please update or delete the existing mapping with UUID ${second}`,
  });
});

test.each([
  [
    undefined,
    "InvalidParameterValueException",
    "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
  ],
  [
    "invalid",
    "ValidationException",
    "1 validation error detected: Value 'invalid' at 'startingPosition' failed to satisfy constraint: Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]",
  ],
  [
    "AT_TIMESTAMP",
    "InvalidParameterValueException",
    /^Unsupported starting position for arn type: arn:aws:dynamodb/,
  ],
])("a stream is not read from %s", async (StartingPosition, code, message) => {
  const { call, stream } = await setting();
  const timestamp = { StartingPositionTimestamp: 1_741_010_802 };
  const input = { FunctionName: "work", EventSourceArn: stream, StartingPosition, ...timestamp };
  await expect(call("CreateEventSourceMapping", input)).rejects.toMatchObject({
    code,
    message: message instanceof RegExp ? expect.stringMatching(message) : message,
  });
});

test.each([
  ["no setting", {}, "You must specify at least one of error handling or destination setting."],
  [
    "itself",
    { DestinationConfig: { OnSuccess: { Destination: ARN } } },
    "You can't specify the function as a destination for itself.",
  ],
  [
    "a function that is not there",
    { DestinationConfig: { OnFailure: { Destination: `${ARN}-2` } } },
    `The destination ARN ${ARN}-2 is invalid.`,
  ],
  [
    "what takes no events",
    { DestinationConfig: { OnSuccess: { Destination: "arn:aws:iam::000000000000:role/x" } } },
    "The provided destination config DestinationConfig(onSuccess=OnSuccess(destination=arn:aws:iam::000000000000:role/x), onFailure=null) is invalid.",
  ],
])("asynchronous invocations are not configured with %s", async (_what, config, message) => {
  const { call } = await setting();
  await expect(
    call("PutFunctionEventInvokeConfig", { FunctionName: "work", ...config }),
  ).rejects.toMatchObject({ code: "InvalidParameterValueException", message });
});

test("a configuration of a missing function cannot be written or read", async () => {
  const { call } = await setting();
  for (const operation of ["PutFunctionEventInvokeConfig", "UpdateFunctionEventInvokeConfig"]) {
    await expect(call(operation, { FunctionName: "none", MaximumRetryAttempts: 1 })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      message: "The function doesn't exist.",
    });
  }
  for (const operation of ["GetFunctionEventInvokeConfig", "DeleteFunctionEventInvokeConfig"]) {
    await expect(call(operation, { FunctionName: "none" })).rejects.toMatchObject({
      message:
        "The function arn:aws:lambda:us-east-1:000000000000:function:none:$LATEST doesn't have an EventInvokeConfig",
    });
  }
  const config = { FunctionName: "work", DestinationConfig: { OnFailure: {} } };
  expect(await call("PutFunctionEventInvokeConfig", config)).toMatchObject({
    DestinationConfig: { OnSuccess: {}, OnFailure: {} },
  });
});

test("an address belongs to a function or an alias, never to a version", async () => {
  const { call } = await setting();
  const create = (more: object) =>
    call("CreateFunctionUrlConfig", { FunctionName: "work", AuthType: "NONE", ...more });
  for (const Qualifier of ["1", "$LATEST"]) {
    await expect(create({ Qualifier })).rejects.toMatchObject({
      message: `1 validation error detected: Value '${Qualifier}' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)`,
    });
  }
  await expect(create({ Qualifier: "none" })).rejects.toMatchObject({ message: "Function does not exist" });
  await expect(call("UpdateFunctionUrlConfig", { FunctionName: "none" })).rejects.toMatchObject({
    message: "Function does not exist",
  });
  await expect(call("GetFunctionUrlConfig", { FunctionName: "none" })).rejects.toMatchObject({
    message: "The resource you requested does not exist.",
  });
  expect(await create({ Qualifier: "live" })).not.toHaveProperty("InvokeMode");
  expect(await call("GetFunctionUrlConfig", { FunctionName: `${ARN}:live` })).toMatchObject({
    InvokeMode: "BUFFERED",
  });
});

test("a statement authorizes a principal, and is removed with its qualifier", async () => {
  const { call } = await setting();
  const add = async (more: object) => {
    const input = { FunctionName: "work", Action: "lambda:InvokeFunction", Principal: "*", ...more };
    return JSON.parse((await call("AddPermission", input)).Statement);
  };
  const condition = { SourceAccount: "000000000000", PrincipalOrgID: "o-1234567890" };
  expect(await add({ StatementId: "all", FunctionUrlAuthType: "NONE", ...condition })).toMatchObject({
    Condition: {
      StringEquals: {
        "AWS:SourceAccount": "000000000000",
        "lambda:FunctionUrlAuthType": "NONE",
        "aws:PrincipalOrgID": "o-1234567890",
      },
    },
  });
  expect(await add({ StatementId: "account", Principal: "000000000000" })).toMatchObject({
    Principal: { AWS: "arn:aws:iam::000000000000:root" },
  });
  // Another policy, so the same id is free.
  expect(await add({ StatementId: "all", Qualifier: "live" })).toMatchObject({ Resource: `${ARN}:live` });
  await call("RemovePermission", { FunctionName: "work", StatementId: "all" });
  const { Policy, RevisionId } = await call("GetPolicy", { FunctionName: "work", Qualifier: "live" });
  expect(JSON.parse(Policy).Statement).toHaveLength(1);
  await expect(add({ StatementId: "late", Qualifier: "live", RevisionId: "another" })).rejects.toMatchObject({
    code: "PreconditionFailedException",
  });
  await add({ StatementId: "late", Qualifier: "live", RevisionId });
});

test.each([
  [{ StatementId: "a.b" }, /^1 validation error detected: Value 'a.b' at 'statementId'/],
  [{ Principal: "unknown" }, "The provided principal was invalid. Please check the principal and try again."],
  [{ Qualifier: "$LATEST" }, "We currently do not support adding policies for $LATEST."],
  [{ Qualifier: "none" }, `Cannot find alias arn: ${ARN}:none`],
  [{ Qualifier: "42" }, `Function not found: ${ARN}:42`],
  [{ Qualifier: "with-$" }, `Function not found: ${ARN}:with-$`],
])("a statement of %o is refused", async (more, message) => {
  const { call } = await setting();
  const input = { FunctionName: "work", StatementId: "s", Action: "lambda:InvokeFunction", Principal: "*" };
  await expect(call("AddPermission", { ...input, ...more })).rejects.toMatchObject({
    message: message instanceof RegExp ? expect.stringMatching(message) : message,
  });
});

test("a missing policy has nothing to remove", async () => {
  const { call } = await setting();
  const remove = (FunctionName: string) => call("RemovePermission", { FunctionName, StatementId: "s" });
  await expect(remove("none")).rejects.toMatchObject({
    message: "No policy found for: arn:aws:lambda:us-east-1:000000000000:function:none",
  });
  await expect(remove("work")).rejects.toMatchObject({
    message: "No policy is associated with the given resource.",
  });
});

test("a mapping has tags of its own, until it is deleted", async () => {
  const { call, queue } = await setting();
  const { UUID, EventSourceMappingArn: Resource } = await call("CreateEventSourceMapping", {
    FunctionName: "work",
    EventSourceArn: queue,
    Tags: { team: "film" },
  });
  await call("TagResource", { Resource, Tags: { stage: "test" } });
  expect(await call("ListTags", { Resource })).toEqual({ Tags: { team: "film", stage: "test" } });
  await call("UntagResource", { Resource, TagKeys: "team" });
  expect(await call("ListTags", { Resource })).toEqual({ Tags: { stage: "test" } });
  await call("DeleteEventSourceMapping", { UUID });
  await expect(call("ListTags", { Resource })).rejects.toMatchObject({ code: "ResourceNotFoundException" });
});

test("a published version has the description it was given", async () => {
  const { call } = await setting();
  await call("UpdateFunctionConfiguration", { FunctionName: "work", Description: "next" });
  const Description = "the second";
  expect(await call("PublishVersion", { FunctionName: "work", Description })).toMatchObject({
    Version: "2",
    Description,
  });
  expect(await call("GetFunctionConfiguration", { FunctionName: "work" })).toMatchObject({
    Description: "next",
  });
  await call("DeleteFunction", { FunctionName: "work", Qualifier: "42" });
});

test("a dead-letter target goes with an empty name, not with an empty configuration", async () => {
  const { call, queue } = await setting();
  const update = async (DeadLetterConfig: object) =>
    (await call("UpdateFunctionConfiguration", { FunctionName: "work", DeadLetterConfig })).DeadLetterConfig;
  const target = { TargetArn: queue };
  expect(await update(target)).toEqual(target);
  expect(await update({})).toEqual(target);
  expect(await update({ TargetArn: "" })).toBeUndefined();
});

test("a mapping that is made without being enabled is disabled from the beginning", async () => {
  const { call, queue } = await setting();
  const input = { FunctionName: "work", EventSourceArn: queue, Enabled: false };
  const { UUID, State } = await call("CreateEventSourceMapping", input);
  expect(State).toBe("Disabled");
  expect((await call("UpdateEventSourceMapping", { UUID, Enabled: true })).State).toBe("Enabling");
  expect((await call("GetEventSourceMapping", { UUID })).State).toBe("Enabled");
});

test("logs in JSON have their levels, also where nothing is said", async () => {
  const { call } = await setting();
  const update = (LoggingConfig: object) =>
    call("UpdateFunctionConfiguration", { FunctionName: "work", LoggingConfig });
  expect((await update({ LogFormat: "JSON", SystemLogLevel: "WARN" })).LoggingConfig).toEqual({
    LogFormat: "JSON",
    LogGroup: "/aws/lambda/work",
    ApplicationLogLevel: "INFO",
    SystemLogLevel: "WARN",
  });
});
