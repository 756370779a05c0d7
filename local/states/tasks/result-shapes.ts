/** The type of a field in an API's response. */
export type Shape =
  | { kind: "string"; values?: readonly string[]; shortest?: number }
  | { kind: "number"; least?: number; most?: number }
  | { kind: "boolean" }
  | { kind: "list" | "map"; of: Shape }
  | ObjectShape;

export interface ObjectShape {
  kind: "object";
  fields: Record<string, Shape>;
  required?: readonly string[];
}

const TEXT: Shape = { kind: "string" };
const FILLED: Shape = { kind: "string", shortest: 1 };
const NUMBER: Shape = { kind: "number" };
const FLAG: Shape = { kind: "boolean" };

const object = (fields: Record<string, Shape>, ...required: string[]): ObjectShape => ({
  kind: "object",
  fields,
  required,
});
const list = (of: Shape): Shape => ({ kind: "list", of });
const map = (of: Shape): Shape => ({ kind: "map", of });
const oneOf = (...values: string[]): Shape => ({ kind: "string", values });

const ATTRIBUTE = object({
  S: TEXT,
  N: TEXT,
  B: TEXT,
  NULL: FLAG,
  BOOL: FLAG,
  SS: list(TEXT),
  NS: list(TEXT),
  BS: list(TEXT),
});
ATTRIBUTE.fields.L = list(ATTRIBUTE);
ATTRIBUTE.fields.M = map(ATTRIBUTE);

const UNITS = { CapacityUnits: NUMBER, ReadCapacityUnits: NUMBER, WriteCapacityUnits: NUMBER };
const CAPACITY = object({
  TableName: TEXT,
  ...UNITS,
  Table: object(UNITS),
  LocalSecondaryIndexes: map(object(UNITS)),
  GlobalSecondaryIndexes: map(object(UNITS)),
});
const WRITTEN_ITEM = object({
  Attributes: map(ATTRIBUTE),
  ConsumedCapacity: CAPACITY,
  ItemCollectionMetrics: object({
    ItemCollectionKey: map(ATTRIBUTE),
    SizeEstimateRangeGB: list(NUMBER),
  }),
});

const STORAGE_CLASS = oneOf(
  "STANDARD",
  "REDUCED_REDUNDANCY",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER",
  "DEEP_ARCHIVE",
  "OUTPOSTS",
  "GLACIER_IR",
  "SNOW",
  "EXPRESS_ONEZONE",
  "FSX_OPENZFS",
  "FSX_ONTAP",
);

/** What the operations answer that state machines call most, by "service:operation", with the fields as tasks see them. */
export const RESULT_SHAPES: Record<string, ObjectShape> = {
  "events:putEvents": object({
    FailedEntryCount: NUMBER,
    Entries: list(object({ EventId: TEXT, ErrorCode: TEXT, ErrorMessage: TEXT })),
  }),
  "sqs:sendMessage": object({ MessageId: TEXT, SequenceNumber: TEXT }),
  "states:startExecution": object({ ExecutionArn: FILLED, StartDate: TEXT }, "ExecutionArn", "StartDate"),
  "lambda:invoke": object({
    StatusCode: NUMBER,
    FunctionError: TEXT,
    LogResult: TEXT,
    Payload: TEXT,
    ExecutedVersion: TEXT,
  }),
  "lambda:getFunction": object({
    Configuration: object({
      FunctionName: TEXT,
      FunctionArn: TEXT,
      Runtime: TEXT,
      Role: TEXT,
      Handler: TEXT,
      Version: TEXT,
      CodeSize: NUMBER,
      Timeout: { kind: "number", least: 1 },
      MemorySize: { kind: "number", least: 128, most: 10_240 },
    }),
    Tags: map(TEXT),
  }),
  "dynamodb:getItem": object({ Item: map(ATTRIBUTE), ConsumedCapacity: CAPACITY }),
  "dynamodb:putItem": WRITTEN_ITEM,
  "dynamodb:updateItem": WRITTEN_ITEM,
  "dynamodb:deleteItem": WRITTEN_ITEM,
  "kms:encrypt": object({ CiphertextBlob: FILLED, KeyId: FILLED, EncryptionAlgorithm: TEXT }),
  "kms:decrypt": object({ Plaintext: FILLED, KeyId: FILLED, EncryptionAlgorithm: TEXT }),
  "s3:getObject": object({
    Body: TEXT,
    ContentLength: NUMBER,
    ContentType: TEXT,
    ContentEncoding: TEXT,
    ContentRange: TEXT,
    ETag: TEXT,
    VersionId: TEXT,
    LastModified: TEXT,
    DeleteMarker: FLAG,
    Metadata: map(TEXT),
    StorageClass: STORAGE_CLASS,
  }),
};
