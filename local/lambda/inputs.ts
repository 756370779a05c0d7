import { listOf, oneOf, type Shape, structure, text, whole } from "./shape.ts";

/**
 * The input shapes of Lambda's operations, checked before anything else: see
 * https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
 */

const REGION = "(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}";
export const FUNCTION_NAME = `(arn:(aws[a-zA-Z-]*)?:lambda:)?(${REGION}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`;
const UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";

const functionName = text({ length: [1, 256], pattern: FUNCTION_NAME });
const qualifier = text({ length: [1, 128], pattern: "\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+" });
const aliasQualifier = text({ length: [1, 128], pattern: "((?!^\\d+$)^[0-9a-zA-Z-_]+$)" });
const aliasName = text({ length: [1, 128], pattern: "(?!^[0-9]+$)([a-zA-Z0-9-_]+)" });
const description = text({ length: [0, 256] });
const arn = text({
  pattern: `arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:(${REGION})?:(\\d{12})?:(.*)`,
});
const taggable = text({
  length: [1, 256],
  pattern: `arn:(aws[a-zA-Z-]*):lambda:${REGION}:\\d{12}:(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:${UUID}|capacity-provider:[a-zA-Z0-9-_]+)`,
});
const destination = structure({
  Destination: text({
    length: [0, 350],
    pattern: `$|kafka://([^.]([a-zA-Z0-9\\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:(${REGION})?:(\\d{12})?:(.*)`,
  }),
});
const destinations = structure({ OnSuccess: destination, OnFailure: destination });
const maxItems = whole(1, 10_000);

const named = structure({ Qualifier: qualifier, FunctionName: functionName }, "FunctionName");
const marker = text({});
const listed = structure(
  { FunctionName: functionName, Qualifier: qualifier, MaxItems: maxItems, Marker: marker },
  "FunctionName",
);
const invokeConfig = {
  Qualifier: qualifier,
  FunctionName: functionName,
  DestinationConfig: destinations,
  MaximumRetryAttempts: whole(0, 2),
  MaximumEventAgeInSeconds: whole(60, 21_600),
};
const cors = structure({
  AllowHeaders: listOf(text({ length: [0, 1024] }), 0, 100),
  AllowMethods: listOf(text({ length: [0, 6] }), 0, 6),
  AllowOrigins: listOf(text({ length: [1, 253] }), 0, 100),
  ExposeHeaders: listOf(text({ length: [0, 1024] }), 0, 100),
  MaxAge: whole(0, 86_400),
});
const urlMembers = {
  AuthType: oneOf("NONE", "AWS_IAM"),
  InvokeMode: oneOf("RESPONSE_STREAM", "BUFFERED"),
  Cors: cors,
};
const urlConfig = { Qualifier: aliasQualifier, FunctionName: functionName, ...urlMembers };
const urlNamed = structure({ Qualifier: aliasQualifier, FunctionName: functionName }, "FunctionName");
const aliasVersion = text({ length: [1, 1024], pattern: "(\\$LATEST(\\.PUBLISHED)?|[0-9]+)" });
const aliasConfig = {
  FunctionName: functionName,
  Name: aliasName,
  Description: description,
  FunctionVersion: aliasVersion,
};

/** Properties that templates set without an operation. */
export const urlSettings = structure(urlMembers, "AuthType");
export const mappingInput = {
  EventSourceArn: arn,
  FunctionName: functionName,
  DestinationConfig: destinations,
  BatchSize: whole(1, 10_000),
  MaximumBatchingWindowInSeconds: whole(0, 300),
  ParallelizationFactor: whole(1, 10),
  MaximumRetryAttempts: whole(-1, 10_000),
  MaximumRecordAgeInSeconds: whole(-1, 604_800),
  TumblingWindowInSeconds: whole(0, 900),
  StartingPosition: oneOf("LATEST", "AT_TIMESTAMP", "TRIM_HORIZON"),
  FilterCriteria: structure({ Filters: listOf(structure({ Pattern: text({ length: [0, 4096] }) })) }),
  FunctionResponseTypes: listOf(oneOf("ReportBatchItemFailures"), 0, 1),
  ScalingConfig: structure({ MaximumConcurrency: whole(2, 1000) }),
};

export const INPUTS: Record<string, Shape> = {
  GetFunction: named,
  GetFunctionConfiguration: named,
  DeleteFunction: named,
  GetPolicy: named,
  ListFunctions: structure({ FunctionVersion: oneOf("ALL"), MaxItems: maxItems, Marker: marker }),
  ListVersionsByFunction: listed,
  UpdateFunctionConfiguration: structure({
    FunctionName: functionName,
    Description: description,
    Timeout: whole(1),
    Role: text({ pattern: "arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+" }),
    Handler: text({ length: [0, 128], pattern: "[^\\s]+" }),
    MemorySize: whole(128, 32_768),
    EphemeralStorage: structure({ Size: whole(512, 10_240) }, "Size"),
    TracingConfig: structure({ Mode: oneOf("Active", "PassThrough") }),
  }),
  PublishVersion: structure({ FunctionName: functionName, Description: description }, "FunctionName"),
  CreateAlias: structure(aliasConfig, "FunctionName", "Name", "FunctionVersion"),
  UpdateAlias: structure(aliasConfig, "FunctionName", "Name"),
  GetAlias: structure({ FunctionName: functionName, Name: aliasName }, "FunctionName", "Name"),
  DeleteAlias: structure({ FunctionName: functionName, Name: aliasName }, "FunctionName", "Name"),
  PutFunctionConcurrency: structure(
    { FunctionName: functionName, ReservedConcurrentExecutions: whole(0) },
    "FunctionName",
    "ReservedConcurrentExecutions",
  ),
  GetFunctionConcurrency: named,
  DeleteFunctionConcurrency: named,
  PutFunctionRecursionConfig: structure(
    { FunctionName: functionName, RecursiveLoop: oneOf("Terminate", "Allow") },
    "FunctionName",
    "RecursiveLoop",
  ),
  AddPermission: structure(
    {
      Qualifier: qualifier,
      FunctionName: functionName,
      SourceArn: arn,
      StatementId: text({ length: [1, 100], pattern: "([a-zA-Z0-9-_]+)" }),
      Action: text({ pattern: "(lambda:[*]|lambda:[a-zA-Z]+|[*])" }),
      Principal: text({ pattern: "[^\\s]+" }),
      SourceAccount: text({ length: [0, 12], pattern: "\\d{12}" }),
      EventSourceToken: text({ length: [0, 256], pattern: "[a-zA-Z0-9._\\-]+" }),
      PrincipalOrgID: text({ length: [12, 34], pattern: "o-[a-z0-9]{10,32}" }),
      FunctionUrlAuthType: oneOf("NONE", "AWS_IAM"),
    },
    "FunctionName",
    "StatementId",
    "Action",
    "Principal",
  ),
  RemovePermission: structure(
    {
      Qualifier: qualifier,
      FunctionName: functionName,
      StatementId: text({ length: [1, 100], pattern: "([a-zA-Z0-9-_.]+)" }),
    },
    "FunctionName",
    "StatementId",
  ),
  ListTags: structure({ Resource: taggable }, "Resource"),
  TagResource: structure({ Resource: taggable }, "Resource", "Tags"),
  UntagResource: structure({ Resource: taggable }, "Resource", "TagKeys"),
  PutFunctionEventInvokeConfig: structure(invokeConfig, "FunctionName"),
  UpdateFunctionEventInvokeConfig: structure(invokeConfig, "FunctionName"),
  GetFunctionEventInvokeConfig: named,
  DeleteFunctionEventInvokeConfig: named,
  CreateFunctionUrlConfig: structure(urlConfig, "FunctionName", "AuthType"),
  UpdateFunctionUrlConfig: structure(urlConfig, "FunctionName"),
  GetFunctionUrlConfig: urlNamed,
  DeleteFunctionUrlConfig: urlNamed,
  CreateEventSourceMapping: structure(mappingInput, "FunctionName"),
  UpdateEventSourceMapping: structure(mappingInput),
  ListEventSourceMappings: structure({
    EventSourceArn: arn,
    FunctionName: functionName,
    MaxItems: maxItems,
    Marker: marker,
  }),
  Invoke: structure(
    {
      Qualifier: qualifier,
      FunctionName: functionName,
      LogType: oneOf("None", "Tail"),
      InvocationType: oneOf("Event", "RequestResponse", "DryRun"),
    },
    "FunctionName",
  ),
};
