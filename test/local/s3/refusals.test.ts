import { expect, test } from "vitest";
import { cloud, START } from "./cloud.ts";

const NEVER_GIVEN = "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD";

test("a write refuses unsupported conditions: an entity tag that must be missing, any object at all, or both", async () => {
  const { put } = await cloud();
  const { ETag } = await put("key");
  for (const [conditions, Header] of [
    [{ IfNoneMatch: ETag }, "If-None-Match"],
    [{ IfMatch: "*" }, "If-Match"],
    [{ IfMatch: ETag, IfNoneMatch: "*" }, "If-Match,If-None-Match"],
  ] as const) {
    await expect(put("key", "two", conditions)).rejects.toMatchObject({
      code: "NotImplemented",
      status: 501,
      details: { Header },
    });
  }
});

test("an upload does not replace an object that was written since it began", async () => {
  const { s3, put, clock } = await cloud();
  const { ETag } = await put("key", "one");
  const { UploadId } = await s3("CreateMultipartUpload", { Key: "key" });
  const part = await s3("UploadPart", { Key: "key", UploadId, PartNumber: 1, Body: "part" });
  const complete = () =>
    s3("CompleteMultipartUpload", {
      Key: "key",
      UploadId,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag }] },
      IfMatch: ETag,
    });
  clock.advanceTo(START + 1000);
  await put("key", "one");
  await expect(complete()).rejects.toMatchObject({
    code: "ConditionalRequestConflict",
    status: 409,
    details: { Condition: "If-Match", Key: "key" },
  });
});

test("a deleted version is distinguished from one that never existed", async () => {
  const { s3, put, enableVersioning } = await cloud();
  await enableVersioning();
  const { VersionId } = await put("key");
  expect(VersionId).toMatch(/^[A-Za-z0-9._]{32}$/);
  await s3("DeleteObject", { Key: "key", VersionId });
  await expect(s3("GetObject", { Key: "key", VersionId })).rejects.toMatchObject({ code: "NoSuchVersion" });
  expect(await s3("DeleteObject", { Key: "key", VersionId })).toEqual({ VersionId });
  for (const operation of ["GetObject", "DeleteObject"]) {
    await expect(s3(operation, { Key: "key", VersionId: NEVER_GIVEN })).rejects.toMatchObject({
      code: "InvalidArgument",
      message: "Invalid version id specified",
    });
  }
  const Objects = [{ Key: "key", VersionId: NEVER_GIVEN }];
  expect(await s3("DeleteObjects", { Delete: { Objects } })).toMatchObject({
    Deleted: [],
    Errors: [{ Key: "key", Code: "NoSuchVersion" }],
  });
});

test("a delete marker has no tags, and a bucket with versions is not empty", async () => {
  const { s3, put, enableVersioning } = await cloud();
  await enableVersioning();
  await put("key");
  const { VersionId } = await s3("DeleteObject", { Key: "key" });
  await expect(s3("GetObjectTagging", { Key: "key" })).rejects.toMatchObject({
    code: "MethodNotAllowed",
    details: { Method: "GET", ResourceType: "DeleteMarker", DeleteMarker: VersionId },
  });
  await expect(s3("DeleteBucket")).rejects.toThrow("You must delete all versions in the bucket.");
});

test.each([
  [{ Key: "a,b", Value: "" }, "The TagKey you have provided is invalid", { TagKey: "a,b" }],
  [{ Key: "a", Value: "1,2" }, "The TagValue you have provided is invalid", { TagKey: "a", TagValue: "1,2" }],
  [{ Key: "aws:a", Value: "" }, "Your TagKey cannot be prefixed with aws:", { TagKey: "aws:a" }],
])("the tag %j is refused", async (tag, message, details) => {
  const { s3, put } = await cloud();
  await put("key");
  await expect(s3("PutObjectTagging", { Key: "key", Tagging: { TagSet: [tag] } })).rejects.toMatchObject({
    code: "InvalidTag",
    message,
    details,
  });
});

test("tags in a header are refused as a whole, incomplete ones as XML", async () => {
  const { s3, put } = await cloud();
  for (const Tagging of ["a=1&a=2", "a=1,b=2"]) {
    await expect(put("key", "", { Tagging })).rejects.toMatchObject({
      code: "InvalidArgument",
      details: { ArgumentName: "x-amz-tagging", ArgumentValue: Tagging },
    });
  }
  const Tagging = { TagSet: [{ Key: "a" }] };
  await expect(s3("PutBucketTagging", { Tagging })).rejects.toMatchObject({ code: "MalformedXML" });
});

test("a bucket has the tags that it is created with; none are like no tags", async () => {
  const { s3 } = await cloud();
  const Bucket = "tagged";
  const Tags = [{ Key: "a", Value: "1" }];
  const created = await s3("CreateBucket", { Bucket, CreateBucketConfiguration: { Tags } });
  expect(created).toEqual({ Location: "/tagged", BucketArn: "arn:aws:s3:::tagged" });
  expect(await s3("GetBucketTagging", { Bucket })).toEqual({ TagSet: Tags });
  expect(await s3("CreateBucket", { Bucket })).toEqual(created);
  const again = s3("CreateBucket", { Bucket, CreateBucketConfiguration: { Tags } });
  await expect(again).rejects.toMatchObject({ code: "BucketAlreadyOwnedByYou" });
  await s3("PutBucketTagging", { Bucket, Tagging: { TagSet: [] } });
  await expect(s3("GetBucketTagging", { Bucket })).rejects.toMatchObject({ code: "NoSuchTagSet" });
});

test.each(["us-east-1", "nowhere"])("no bucket is created at the location %s", async (LocationConstraint) => {
  const { s3 } = await cloud();
  const input = { Bucket: "elsewhere", CreateBucketConfiguration: { LocationConstraint } };
  await expect(s3("CreateBucket", input)).rejects.toMatchObject({
    code: "InvalidLocationConstraint",
    details: { LocationConstraint },
  });
});

test("an operation may name the account that the bucket must belong to", async () => {
  const { s3, put } = await cloud();
  await put("key", "body", { ExpectedBucketOwner: "000000000000" });
  const get = (ExpectedBucketOwner: string) => s3("GetObject", { Key: "key", ExpectedBucketOwner });
  await expect(get("111111111111")).rejects.toMatchObject({ code: "AccessDenied", status: 403 });
  await expect(get("someone")).rejects.toMatchObject({ code: "InvalidBucketOwnerAWSAccountID" });
});

test.each([
  ["bytes=1-", "InvalidArgument", /must be of the form bytes=first-last/],
  ["bytes=1-0", "InvalidArgument", /must be of the form bytes=first-last/],
  ["bytes=0-10", "InvalidArgument", "Range specified is not valid for source object of size: 10"],
  ["bytes=10-20", "InvalidRequest", "The specified copy range is invalid for the source object size"],
])("a part is not copied from %s of ten bytes", async (CopySourceRange, code, message) => {
  const { s3, put } = await cloud();
  await put("source", "0123456789");
  const { UploadId } = await s3("CreateMultipartUpload", { Key: "key" });
  const copy = s3("UploadPartCopy", {
    Key: "key",
    UploadId,
    PartNumber: 1,
    CopySource: "films/source",
    CopySourceRange,
  });
  await expect(copy).rejects.toMatchObject({ code });
  await expect(copy).rejects.toThrow(message);
});

test("a range and a part are not both read, nor a part that is not there", async () => {
  const { s3, put } = await cloud();
  await put("key", "0123456789");
  expect(await s3("HeadObject", { Key: "key", PartNumber: "1" })).toMatchObject({
    ContentRange: "bytes 0-9/10",
  });
  const both = s3("GetObject", { Key: "key", PartNumber: "1", Range: "bytes=0-1" });
  await expect(both).rejects.toThrow("Cannot specify both Range header and partNumber query parameter");
  await expect(s3("GetObject", { Key: "key", PartNumber: "2" })).rejects.toMatchObject({
    code: "InvalidPartNumber",
    status: 416,
    details: { PartNumberRequested: "2", ActualPartCount: 1 },
  });
});

test("invalid or different digests are reported", async () => {
  const { put } = await cloud();
  await expect(put("key", "body", { ContentMD5: "MTIz" })).rejects.toMatchObject({
    code: "InvalidDigest",
    details: { "Content-MD5": "MTIz" },
  });
  await expect(put("key", "body", { ContentMD5: "1B2M2Y8AsgTpgAmY7PhCfg==" })).rejects.toMatchObject({
    code: "BadDigest",
    details: {
      ExpectedDigest: "d41d8cd98f00b204e9800998ecf8427e",
      CalculatedDigest: "hBotaJrYa9FhFEdFPCLG/A==",
    },
  });
  await expect(put("key", "", { ChecksumCRC32: "AAAAAA==", ChecksumSHA1: "x" })).rejects.toThrow(
    "Expecting a single x-amz-checksum- header.",
  );
});

test.each([["{}"], ["no policy"], ["{"]])("%s is no bucket policy", async (Policy) => {
  const { s3 } = await cloud();
  await expect(s3("PutBucketPolicy", { Policy })).rejects.toMatchObject({ code: "MalformedPolicy" });
});

test("an archived object is not read, and a storage class must be one", async () => {
  const { s3, put } = await cloud();
  await put("key", "body", { StorageClass: "GLACIER" });
  expect(await s3("HeadObject", { Key: "key" })).toMatchObject({ StorageClass: "GLACIER" });
  for (const read of [
    s3("GetObject", { Key: "key" }),
    s3("CopyObject", { Key: "copy", CopySource: "films/key" }),
  ]) {
    await expect(read).rejects.toMatchObject({ code: "InvalidObjectState", status: 403 });
  }
  await expect(put("key", "body", { StorageClass: "OUTPOSTS" })).rejects.toMatchObject({
    code: "InvalidStorageClass",
    details: { StorageClassRequested: "OUTPOSTS" },
  });
  await put("usual", "body", { StorageClass: "STANDARD" });
  expect(await s3("HeadObject", { Key: "usual" })).not.toHaveProperty("StorageClass");
});

test("a copy answers its version where versioning is suspended, and that of its source where it has one", async () => {
  const { s3, put, enableVersioning } = await cloud();
  await put("plain");
  await enableVersioning();
  const { VersionId } = await put("versioned");
  await enableVersioning("Suspended");
  const copy = (key: string) => s3("CopyObject", { Key: "copy", CopySource: `films/${key}` });
  const plain = await copy("plain");
  expect(plain.VersionId).toBe("null");
  expect(plain).not.toHaveProperty("CopySourceVersionId");
  expect(await copy("versioned")).toMatchObject({ VersionId: "null", CopySourceVersionId: VersionId });
});
