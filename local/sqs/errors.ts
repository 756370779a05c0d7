import { ServiceError } from "../kernel/errors.ts";

/**
 * SQS once spoke the Query protocol, and SDKs still let users match on the codes of that time. With each
 * error's shape name its older code travels in `x-amzn-query-error`; `queryErrorCode` is where the wire finds it.
 */
function error(code: string, queryErrorCode: string, message: string, status = 400): ServiceError {
  return new ServiceError(code, message, { status, details: { queryErrorCode } });
}

const legacy = (code: string, message: string, status = 400) =>
  error(code, `AWS.SimpleQueueService.${code}`, message, status);
const plain = (code: string, message: string, status = 400) => error(code, code, message, status);

export const queueDoesNotExist = () =>
  error(
    "QueueDoesNotExist",
    "AWS.SimpleQueueService.NonExistentQueue",
    "The specified queue does not exist.",
  );
export const queueNameExists = (attribute: string) =>
  error(
    "QueueNameExists",
    "QueueAlreadyExists",
    `A queue already exists with the same name and a different value for attribute ${attribute}`,
  );
export const queueDeletedRecently = () =>
  legacy(
    "QueueDeletedRecently",
    "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
  );
export const purgeQueueInProgress = (name: string) =>
  legacy(
    "PurgeQueueInProgress",
    `Only one PurgeQueue operation on ${name} is allowed every 60 seconds.`,
    403,
  );

export const invalidParameter = (message: string) =>
  error("InvalidParameterValueException", "InvalidParameterValue", message);
export const invalidValue = (value: unknown, parameter: string, reason: string) =>
  invalidParameter(`Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`);
export const missingParameter = (parameter: string) =>
  error(
    "MissingRequiredParameterException",
    "MissingParameter",
    `The request must contain the parameter ${parameter}.`,
  );

export const unknownAttribute = (name: string) => plain("InvalidAttributeName", `Unknown Attribute ${name}.`);
export const fifoOnlyAttribute = (name: string) =>
  plain("InvalidAttributeName", `You can specify the ${name} only when FifoQueue is set to true.`);
export const twoEncryptions = () =>
  plain(
    "InvalidAttributeName",
    "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
  );
export const invalidAttributeValue = (name: string, reason?: string) =>
  plain(
    "InvalidAttributeValue",
    `Invalid value for the parameter ${name}.${reason === undefined ? "" : ` Reason: ${reason}`}`,
  );

const INVALID_CHARACTERS =
  "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.";
export const invalidMessageContents = () => plain("InvalidMessageContents", INVALID_CHARACTERS);
export const invalidAttributeContents = () => invalidParameter(INVALID_CHARACTERS);
export const receiptHandleIsInvalid = (handle: unknown) =>
  plain("ReceiptHandleIsInvalid", `The input receipt handle "${handle}" is not a valid receipt handle.`);
export const messageNotInflight = () =>
  legacy("MessageNotInflight", "The message referred to is not in flight.");
export const overLimit = (message: string) => plain("OverLimit", message, 403);
export const resourceNotFound = (message: string) => plain("ResourceNotFoundException", message, 404);

export const emptyBatchRequest = () =>
  legacy("EmptyBatchRequest", "There should be at least one entry in the request.");
export const tooManyEntries = (sent: number) =>
  legacy(
    "TooManyEntriesInBatchRequest",
    `Maximum number of entries per request are 10. You have sent ${sent}.`,
  );
export const batchEntryIdsNotDistinct = (id: string) =>
  legacy("BatchEntryIdsNotDistinct", `Id ${id} repeated.`);
export const invalidBatchEntryId = () =>
  legacy(
    "InvalidBatchEntryId",
    "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
  );
export const batchRequestTooLong = (limit: number, sent: number) =>
  legacy(
    "BatchRequestTooLong",
    `Batch requests cannot be longer than ${limit} bytes. You have sent ${sent} bytes.`,
  );
