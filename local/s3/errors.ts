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
export const invalidVersionId = (VersionId: string) =>
  invalidArgument("Invalid version id specified", "versionId", VersionId);
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
export const bucketNotEmpty = (BucketName: string, versioned: boolean) =>
  error(
    409,
    "BucketNotEmpty",
    versioned
      ? "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
      : "The bucket you tried to delete is not empty",
    { BucketName },
  );
export const invalidBucketName = (BucketName: string) =>
  error(400, "InvalidBucketName", "The specified bucket is not valid.", { BucketName });

export const preconditionFailed = (Condition: string) =>
  error(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold", {
    Condition,
  });
export const conditionalRequestConflict = (Condition: string, Key: string) =>
  error(
    409,
    "ConditionalRequestConflict",
    "The conditional request cannot succeed due to a conflicting operation against this resource.",
    { Condition, Key },
  );
/** S3's own error for a header, or a header's value, that the operation does not accept. */
export const headerNotImplemented = (Header: string, additionalMessage: string) =>
  error(501, "NotImplemented", "A header you provided implies functionality that is not implemented", {
    Header,
    additionalMessage,
  });
export const notModified = () => error(304, "NotModified", "Not Modified");
export const invalidRange = (RangeRequested: string, ActualObjectSize: number) =>
  error(416, "InvalidRange", "The requested range is not satisfiable", { RangeRequested, ActualObjectSize });
export const invalidPartNumber = (PartNumberRequested: string, ActualPartCount: number) =>
  error(416, "InvalidPartNumber", "The requested partnumber is not satisfiable", {
    PartNumberRequested,
    ActualPartCount,
  });
export const invalidObjectState = (StorageClass: string) =>
  error(403, "InvalidObjectState", "The operation is not valid for the object's storage class", {
    StorageClass,
  });
export const invalidStorageClass = (StorageClassRequested: string) =>
  error(400, "InvalidStorageClass", "The storage class you specified is not valid", {
    StorageClassRequested,
  });
export const methodNotAllowed = (Method: string, ResourceType: string, details = {}) =>
  error(405, "MethodNotAllowed", "The specified method is not allowed against this resource.", {
    Method,
    ResourceType,
    ...details,
  });

export const badDigest = (algorithm: string) =>
  error(400, "BadDigest", `The ${algorithm} you specified did not match the calculated checksum.`);
export const badPartDigest = (algorithm: string, part: number) =>
  error(400, "BadDigest", `The ${algorithm} you specified for part ${part} did not match what we received.`);
export const badMd5 = (ExpectedDigest: string, CalculatedDigest: string) =>
  error(400, "BadDigest", "The Content-MD5 you specified did not match what we received.", {
    ExpectedDigest,
    CalculatedDigest,
  });
export const invalidDigest = (digest: string) =>
  error(400, "InvalidDigest", "The Content-MD5 you specified was invalid.", { "Content-MD5": digest });
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
export const entityTooSmall = (
  PartNumber: number,
  ETag: string,
  ProposedSize: number,
  MinSizeAllowed: number,
) =>
  error(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", {
    PartNumber,
    ETag,
    ProposedSize,
    MinSizeAllowed,
  });
export const invalidPart = (UploadId: string, PartNumber: number, ETag: string) =>
  error(
    400,
    "InvalidPart",
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { UploadId, PartNumber, ETag },
  );
export const invalidPartOrder = (UploadId: string) =>
  error(
    400,
    "InvalidPartOrder",
    "The list of parts was not in ascending order. Parts must be ordered by part number.",
    { UploadId },
  );

export const invalidArgument = (message: string, ArgumentName: string, ArgumentValue: unknown) =>
  error(400, "InvalidArgument", message, { ArgumentName, ArgumentValue });
export const invalidRequest = (message: string) => error(400, "InvalidRequest", message);
export const invalidTag = (message: string, TagKey: string, TagValue?: string) =>
  error(400, "InvalidTag", message, { TagKey, ...(TagValue !== undefined && { TagValue }) });
export const badRequest = (message: string) => error(400, "BadRequest", message);
export const accessDenied = () => error(403, "AccessDenied", "Access Denied");
export const invalidBucketOwner = (account: string) =>
  error(
    400,
    "InvalidBucketOwnerAWSAccountID",
    `The value of the expected bucket owner parameter must be an AWS Account ID... [${account}]`,
  );
export const invalidLocation = (LocationConstraint: string) =>
  error(400, "InvalidLocationConstraint", "The specified location-constraint is not valid", {
    LocationConstraint,
  });
export const illegalLocation = (constraint: string) =>
  error(
    400,
    "IllegalLocationConstraintException",
    `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
export const keyTooLong = (size: number) =>
  error(400, "KeyTooLongError", "Your key is too long", { Size: size, MaxSizeAllowed: 1024 });
export const metadataTooLarge = (size: number) =>
  error(400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", {
    Size: size,
    MaxSizeAllowed: 2048,
  });
export const malformedPolicy = (message: string) => error(400, "MalformedPolicy", message);
export const illegalVersioning = () =>
  error(400, "IllegalVersioningConfigurationException", "The Versioning element must be specified");
export const malformedXml = () =>
  error(
    400,
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
export const requestHasExpired = (expires: number, seconds: number | undefined, now: number) =>
  error(403, "AccessDenied", "Request has expired", {
    ...(seconds !== undefined && { "X-Amz-Expires": String(seconds) }),
    Expires: new Date(Number.isFinite(expires) ? expires : 0).toISOString().replace(".000", ""),
    ServerTime: new Date(now).toISOString().replace(/\.\d+/, ""),
  });
export const notImplemented = (what: string) =>
  error(501, "NotImplemented", `The local cloud does not serve ${what} of S3.`);
