import { ServiceError } from "../kernel/errors.ts";

function error(
  status: number,
  code: string,
  message: string,
  details: Record<string, unknown> = {},
): ServiceError {
  return new ServiceError(code, message, { status, details, fault: status < 500 ? "client" : "server" });
}

export const noSuchBucket = (BucketName: string) =>
  error(404, "NoSuchBucket", "The specified bucket does not exist", { BucketName });
export const noSuchKey = (Key: string, details = {}) =>
  error(404, "NoSuchKey", "The specified key does not exist.", { Key, ...details });
export const noSuchVersion = (Key: string, VersionId: string) =>
  error(404, "NoSuchVersion", "The specified version does not exist.", { Key, VersionId });
export const noSuchUpload = (UploadId: unknown) =>
  error(
    404,
    "NoSuchUpload",
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    { UploadId },
  );
export const noSuchConfiguration = (code: string, message: string, BucketName: string) =>
  error(404, code, message, { BucketName });

export const bucketAlreadyOwnedByYou = (BucketName: string) =>
  error(
    409,
    "BucketAlreadyOwnedByYou",
    "Your previous request to create the named bucket succeeded and you already own it.",
    {
      BucketName,
    },
  );
export const bucketNotEmpty = (BucketName: string) =>
  error(409, "BucketNotEmpty", "The bucket you tried to delete is not empty", { BucketName });
export const invalidBucketName = (BucketName: string) =>
  error(400, "InvalidBucketName", "The specified bucket is not valid.", { BucketName });

export const preconditionFailed = (Condition: string) =>
  error(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold", {
    Condition,
  });
export const notModified = () => error(304, "NotModified", "Not Modified");
export const invalidRange = (RangeRequested: string, ActualObjectSize: number) =>
  error(416, "InvalidRange", "The requested range is not satisfiable", { RangeRequested, ActualObjectSize });
export const methodNotAllowed = (Method: string, ResourceType: string, details = {}) =>
  error(405, "MethodNotAllowed", "The specified method is not allowed against this resource.", {
    Method,
    ResourceType,
    ...details,
  });

export const badDigest = (algorithm: string) =>
  error(400, "BadDigest", `The ${algorithm} you specified did not match the calculated checksum.`);
export const invalidDigest = () => error(400, "InvalidDigest", "The Content-MD5 you specified was invalid.");
export const incompleteBody = () =>
  error(
    400,
    "IncompleteBody",
    "You did not provide the number of bytes specified by the Content-Length HTTP header",
  );
export const entityTooLarge = (ProposedSize: number, MaxSizeAllowed: number) =>
  error(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", {
    ProposedSize,
    MaxSizeAllowed,
  });
export const entityTooSmall = (PartNumber: number, ProposedSize: number, MinSizeAllowed: number) =>
  error(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", {
    PartNumber,
    ProposedSize,
    MinSizeAllowed,
  });
export const invalidPart = (PartNumber: unknown) =>
  error(
    400,
    "InvalidPart",
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { PartNumber },
  );
export const invalidPartOrder = () =>
  error(
    400,
    "InvalidPartOrder",
    "The list of parts was not in ascending order. Parts must be ordered by part number.",
  );

export const invalidArgument = (message: string, ArgumentName: string, ArgumentValue: unknown) =>
  error(400, "InvalidArgument", message, { ArgumentName, ArgumentValue });
export const invalidRequest = (message: string) => error(400, "InvalidRequest", message);
export const invalidTag = (message: string) => error(400, "InvalidTag", message);
export const keyTooLong = (size: number) =>
  error(400, "KeyTooLongError", "Your key is too long", { Size: size, MaxSizeAllowed: 1024 });
export const metadataTooLarge = (size: number) =>
  error(400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", {
    Size: size,
    MaxSizeAllowed: 2048,
  });
export const malformedXml = () =>
  error(
    400,
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
export const requestHasExpired = (expires: number, seconds: number, now: number) =>
  error(403, "AccessDenied", "Request has expired", {
    "X-Amz-Expires": String(seconds),
    Expires: new Date(expires).toISOString().replace(".000", ""),
    ServerTime: new Date(now).toISOString().replace(/\.\d+/, ""),
  });
export const notImplemented = (what: string) =>
  error(501, "NotImplemented", `The local cloud does not serve ${what} of S3.`);
