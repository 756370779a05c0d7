import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { cloud, DAY, START } from "./cloud.ts";

const md5 = (data: string | Uint8Array) => createHash("md5").update(data).digest("hex");

test("an object returns with its headers, metadata and entity tag", async () => {
  const { s3, put } = await cloud();
  const { ETag } = await put("a/film.mp4", "frames", {
    ContentType: "video/mp4",
    CacheControl: "no-store",
    Metadata: { Run: "7" },
    Tagging: "stage=dev&team=video",
  });
  expect(ETag).toBe(`"${md5("frames")}"`);
  const { Body, ...headers } = await s3("GetObject", { Key: "a/film.mp4" });
  expect(Body.toString()).toBe("frames");
  expect(headers).toEqual(await s3("HeadObject", { Key: "a/film.mp4" }));
  expect(headers).toMatchObject({
    ContentType: "video/mp4",
    CacheControl: "no-store",
    ContentLength: 6,
    Metadata: { run: "7" },
    TagCount: 2,
    LastModified: new Date(START),
  });
  expect(headers.VersionId).toBeUndefined();
});

test("a body that spans chunks is stored and ranged over byte by byte", async () => {
  const { s3, put } = await cloud();
  const body = Buffer.from(Uint8Array.from({ length: 2_500_000 }, (_, index) => (index * 7) % 251));
  await put("big", body);
  expect((await s3("GetObject", { Key: "big" })).Body.equals(body)).toBe(true);
  const range = await s3("GetObject", { Key: "big", Range: "bytes=1048570-2097160" });
  expect(range.Body.equals(body.subarray(1_048_570, 2_097_161))).toBe(true);
  expect(range).toMatchObject({ ContentLength: 1_048_591, ContentRange: "bytes 1048570-2097160/2500000" });
});

test.each([
  ["bytes=2-3", "23"],
  ["bytes=7-", "789"],
  ["bytes=-2", "89"],
  ["bytes=8-100", "89"],
  ["bytes=5-2", "0123456789"],
  ["lines=1-2", "0123456789"],
])("the range %s of ten bytes is %s", async (Range, expected) => {
  const { put, text } = await cloud();
  await put("digits", "0123456789");
  expect(await text("digits", { Range })).toBe(expected);
});

test("a range beyond the end is refused", async () => {
  const { put, text } = await cloud();
  await put("digits", "0123456789");
  await expect(text("digits", { Range: "bytes=10-12" })).rejects.toMatchObject({
    code: "InvalidRange",
    status: 416,
    details: { ActualObjectSize: 10 },
  });
});

test("an object can be created only once, and replaced only with its entity tag", async () => {
  const { put, text } = await cloud();
  const { ETag } = await put("key", "one", { IfNoneMatch: "*" });
  await expect(put("key", "two", { IfNoneMatch: "*" })).rejects.toMatchObject({
    code: "PreconditionFailed",
    status: 412,
  });
  await expect(put("key", "two", { IfMatch: '"other"' })).rejects.toMatchObject({
    code: "PreconditionFailed",
  });
  await expect(put("none", "two", { IfMatch: ETag })).rejects.toMatchObject({ code: "NoSuchKey" });
  await put("key", "three", { IfMatch: ETag });
  expect(await text("key")).toBe("three");
});

test("conditional reads", async () => {
  const { put, text, clock } = await cloud();
  const { ETag } = await put("key");
  clock.advanceTo(START + 2000);
  const later = new Date(START + 1000).toUTCString();
  const toCome = new Date(START + DAY).toUTCString();
  const earlier = new Date(START - 1000).toUTCString();
  for (const fresh of [
    { IfMatch: ETag },
    { IfNoneMatch: '"x"' },
    { IfModifiedSince: earlier },
    { IfModifiedSince: toCome },
    { IfUnmodifiedSince: later },
  ]) {
    expect(await text("key", fresh)).toBe("body");
  }
  for (const stale of [{ IfNoneMatch: ETag }, { IfModifiedSince: later }]) {
    await expect(text("key", stale)).rejects.toMatchObject({ code: "NotModified", status: 304 });
  }
  for (const wrong of [{ IfMatch: '"x"' }, { IfUnmodifiedSince: earlier }]) {
    await expect(text("key", wrong)).rejects.toMatchObject({ code: "PreconditionFailed", status: 412 });
  }
});

// The check values of the CRC catalogue, and the digests of node:crypto.
test.each([
  ["CRC32", "y/Q5Jg=="],
  ["CRC32C", "4waSgw=="],
  ["CRC64NVME", "rosUhgp5mIg="],
  ["SHA1", createHash("sha1").update("123456789").digest("base64")],
  ["SHA256", createHash("sha256").update("123456789").digest("base64")],
])("%s is computed, checked and shown on request", async (algorithm, value) => {
  const { s3, put } = await cloud();
  const member = `Checksum${algorithm}`;
  const sums = { [member]: value, ChecksumType: "FULL_OBJECT" };
  expect(await put("sum", "123456789", { ChecksumAlgorithm: algorithm })).toMatchObject(sums);
  expect(await s3("HeadObject", { Key: "sum", ChecksumMode: "ENABLED" })).toMatchObject(sums);
  expect((await s3("HeadObject", { Key: "sum" }))[member]).toBeUndefined();
  await put("sum", "123456789", { [member]: value });
  await expect(put("sum", "12345678X", { [member]: value })).rejects.toMatchObject({ code: "BadDigest" });
});

test("a body that does not match its Content-MD5 is not stored", async () => {
  const { put, text } = await cloud();
  const ContentMD5 = createHash("md5").update("right").digest("base64");
  await put("key", "right", { ContentMD5 });
  await expect(put("key", "wrong", { ContentMD5 })).rejects.toMatchObject({ code: "BadDigest" });
  expect(await text("key")).toBe("right");
});

test("a copy takes the metadata along unless it is replaced", async () => {
  const { s3, put } = await cloud();
  await put("from here", "x", { ContentType: "text/plain", Metadata: { a: "1" }, Tagging: "t=1" });
  const CopySource = "films/from%20here";
  await s3("CopyObject", { Key: "same", CopySource });
  await s3("CopyObject", { Key: "new", CopySource, MetadataDirective: "REPLACE", Metadata: { b: "2" } });
  expect(await s3("HeadObject", { Key: "same" })).toMatchObject({
    ContentType: "text/plain",
    Metadata: { a: "1" },
    TagCount: 1,
  });
  expect((await s3("HeadObject", { Key: "new" })).Metadata).toEqual({ b: "2" });
  await expect(s3("CopyObject", { Key: "from here", CopySource })).rejects.toThrow(
    "copy an object to itself",
  );
  await expect(s3("CopyObject", { Key: "x", CopySource: "films/none" })).rejects.toMatchObject({
    code: "NoSuchKey",
  });
});

test("tags of an object are replaced as a set", async () => {
  const { s3, put } = await cloud();
  await put("key", "x", { Tagging: "old=1" });
  await s3("PutObjectTagging", { Key: "key", Tagging: { TagSet: [{ Key: "new", Value: "2" }] } });
  expect((await s3("GetObjectTagging", { Key: "key" })).TagSet).toEqual([{ Key: "new", Value: "2" }]);
  await s3("DeleteObjectTagging", { Key: "key" });
  expect((await s3("GetObjectTagging", { Key: "key" })).TagSet).toEqual([]);
});

test("many objects are deleted at once, absent ones too", async () => {
  const { s3, put, text } = await cloud();
  await put("a");
  const answer = await s3("DeleteObjects", { Delete: { Objects: [{ Key: "a" }, { Key: "never" }] } });
  expect(answer).toEqual({ Deleted: [{ Key: "a" }, { Key: "never" }], Errors: [] });
  await expect(text("a")).rejects.toMatchObject({ code: "NoSuchKey", status: 404 });
});

test("nothing of a deleted or replaced body stays in the store", async () => {
  const { kernel, s3, put } = await cloud();
  await put("key", "one");
  await put("key", "two");
  await s3("DeleteObject", { Key: "key" });
  expect(kernel.store.all("SELECT * FROM s3_chunk")).toEqual([]);
});

test.each([
  ["NoSuchBucket", "GetObject", { Bucket: "none", Key: "x" }],
  ["NoSuchKey", "GetObject", { Key: "x" }],
  ["NoSuchVersion", "GetObject", { Key: "x", VersionId: "null" }],
  ["NoSuchUpload", "UploadPart", { Key: "x", UploadId: "u", PartNumber: 1, Body: "" }],
  ["InvalidBucketName", "CreateBucket", { Bucket: "No_Capitals" }],
  ["KeyTooLongError", "PutObject", { Key: "k".repeat(1025), Body: "" }],
  ["MetadataTooLarge", "PutObject", { Key: "k", Body: "", Metadata: { m: "x".repeat(2048) } }],
  ["NotImplemented", "PutObject", { Key: "k", Body: "", ObjectLockMode: "GOVERNANCE" }],
  ["NoSuchLifecycleConfiguration", "GetBucketLifecycleConfiguration", {}],
])("%s is the answer of %s", async (code, operation, input) => {
  const { s3 } = await cloud();
  await expect(s3(operation, input)).rejects.toMatchObject({ code });
});

test("only an empty bucket is deleted", async () => {
  const { s3, put } = await cloud();
  await put("key");
  await expect(s3("DeleteBucket")).rejects.toMatchObject({ code: "BucketNotEmpty", status: 409 });
  await s3("DeleteObject", { Key: "key" });
  await s3("DeleteBucket");
  await expect(s3("HeadBucket")).rejects.toMatchObject({ code: "NoSuchBucket" });
});
