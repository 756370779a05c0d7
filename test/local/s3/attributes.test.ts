import { expect, test } from "vitest";
import { noSuchKey } from "../../../local/s3/errors.ts";
import { inputOf } from "../../../local/s3/http-request.ts";
import { errorResponse, responseOf } from "../../../local/s3/http-response.ts";
import { operationOf } from "../../../local/s3/http-routes.ts";
import { cloud, START } from "./cloud.ts";

const ALL = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];

test("the requested attributes of an object are returned without its body", async () => {
  const { s3, put } = await cloud();
  const { ETag } = await put("key", "seven b", { ChecksumAlgorithm: "CRC32" });
  expect(await s3("GetObjectAttributes", { Key: "key", ObjectAttributes: ALL })).toEqual({
    LastModified: new Date(START),
    ETag: ETag.replaceAll('"', ""),
    Checksum: { ChecksumCRC32: expect.any(String), ChecksumType: "FULL_OBJECT" },
    ObjectParts: undefined,
    StorageClass: "STANDARD",
    ObjectSize: 7,
  });
  expect(await s3("GetObjectAttributes", { Key: "key", ObjectAttributes: ["ObjectSize"] })).toEqual({
    LastModified: new Date(START),
    ObjectSize: 7,
  });
  await expect(s3("GetObjectAttributes", { Key: "key" })).rejects.toMatchObject({ code: "InvalidRequest" });
  const ObjectAttributes = ["Size"];
  await expect(s3("GetObjectAttributes", { Key: "key", ObjectAttributes })).rejects.toMatchObject({
    code: "InvalidArgument",
  });
});

test("they are requested in a header, and returned as a document", () => {
  const headers = { "x-amz-object-attributes": "ETag, ObjectParts" };
  const query = new URLSearchParams("attributes");
  const target = { bucket: "films", key: "key" };
  expect(operationOf("GET", target, query, headers)).toBe("GetObjectAttributes");
  const request = { method: "GET", path: "/films/key", query, search: "attributes", headers };
  const input = inputOf("GetObjectAttributes", target, {
    ...request,
    body: Buffer.alloc(0),
    caller: "",
    requestId: "",
  });
  expect(input.ObjectAttributes).toEqual(["ETag", "ObjectParts"]);
  const output = { ETag: "e-2", ObjectParts: { TotalPartsCount: 2 }, LastModified: new Date(START) };
  const { headers: answered, body } = responseOf("GetObjectAttributes", output);
  expect(answered).toEqual({
    "content-type": "application/xml",
    "last-modified": "Thu, 01 Jan 2026 12:00:00 GMT",
  });
  expect(body).toContain("<ETag>e-2</ETag><ObjectParts><PartsCount>2</PartsCount></ObjectParts>");
});

test("an object without a checksum is given one, and everything says how it is encrypted", async () => {
  const { s3, put } = await cloud();
  const plain = await put("plain", "x");
  const { ChecksumCRC64NVME } = await put("asked", "x", { ChecksumAlgorithm: "CRC64NVME" });
  expect(plain).toMatchObject({
    ChecksumCRC64NVME,
    ChecksumType: "FULL_OBJECT",
    ServerSideEncryption: "AES256",
  });
  const copy = await s3("CopyObject", { Key: "copy", CopySource: "films/plain" });
  expect(copy).toMatchObject({
    CopyObjectResult: { ChecksumCRC64NVME, ChecksumType: "FULL_OBJECT" },
    ServerSideEncryption: "AES256",
  });
  const upload = await s3("CreateMultipartUpload", { Key: "parts", ServerSideEncryption: "aws:kms" });
  const { UploadId } = upload;
  const part = await s3("UploadPart", { Key: "parts", UploadId, PartNumber: 1, Body: "x" });
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: part.ETag }] };
  const whole = await s3("CompleteMultipartUpload", { Key: "parts", UploadId, MultipartUpload });
  for (const answer of [upload, part, whole]) expect(answer.ServerSideEncryption).toBe("aws:kms");
  expect(whole).toMatchObject({ ChecksumCRC64NVME, ChecksumType: "FULL_OBJECT" });
});

test.each(["AAAA", "not base64!", ""])("%j is not a checksum of CRC32", async (ChecksumCRC32) => {
  const { put } = await cloud();
  await expect(put("key", "x", { ChecksumCRC32 })).rejects.toMatchObject({
    code: "InvalidRequest",
    message: "Value for x-amz-checksum-crc32 header is invalid.",
  });
});

test.each([
  ["=?UTF-8?B?YWJj?=", "abc"],
  ["=?utf-8?q?=C3=84M_S3?=", "ÄM S3"],
  ["=?UTF-8?Q?plain?=", "plain"],
  ["plain?=", "plain?="],
])("the metadata %s is kept as %s", (sent, kept) => {
  const headers = { "x-amz-meta-name": sent };
  const input = inputOf(
    "PutObject",
    { bucket: "films", key: "key" },
    {
      method: "PUT",
      path: "/films/key",
      query: new URLSearchParams(),
      search: "",
      headers,
      body: Buffer.alloc(0),
      caller: "",
      requestId: "",
    },
  );
  expect(input.Metadata).toEqual({ name: kept });
});

test("a copy onto itself must change more than metadata that it leaves alone", async () => {
  const { s3, put } = await cloud();
  await put("key", "x", { Metadata: { a: "1" } });
  const copy = (more: object) => s3("CopyObject", { Key: "key", CopySource: "films/key", ...more });
  await expect(copy({ Metadata: { a: "2" } })).rejects.toMatchObject({ code: "InvalidRequest" });
  for (const legal of [
    { StorageClass: "STANDARD" },
    { WebsiteRedirectLocation: "/other" },
    { ServerSideEncryption: "AES256" },
    { TaggingDirective: "REPLACE" },
  ]) {
    await copy({ Metadata: { a: "2" }, ...legal });
  }
  expect((await s3("HeadObject", { Key: "key" })).Metadata).toEqual({ a: "1" });
});

test("a copy whose source condition fails is refused, and a condition with a future time is ignored", async () => {
  const { s3, put } = await cloud();
  const { ETag } = await put("key", "x");
  const copy = (more: object) => s3("CopyObject", { Key: "copy", CopySource: "films/key", ...more });
  const conditions: [string, unknown][] = [
    ["IfMatch", '"other"'],
    ["IfNoneMatch", ETag],
    ["IfModifiedSince", new Date(START)],
    ["IfUnmodifiedSince", new Date(START - 1000)],
  ];
  for (const [name, value] of conditions) {
    const Condition = `x-amz-copy-source-${name.replace(/(?<=.)[A-Z]/g, (letter) => `-${letter}`)}`;
    await expect(copy({ [`CopySource${name}`]: value })).rejects.toMatchObject({
      code: "PreconditionFailed",
      status: 412,
      details: { Condition },
    });
  }
  await copy({ CopySourceIfModifiedSince: new Date(START + 3600_000) });
  await copy({ CopySourceIfMatch: ETag, CopySourceIfUnmodifiedSince: new Date(START) });
});

test("the region of a bucket is returned if a part of the list is requested", async () => {
  const { s3 } = await cloud();
  const films = { Name: "films", BucketArn: "arn:aws:s3:::films", CreationDate: new Date(START) };
  const listed = async (input: object) => (await s3("ListBuckets", input)).Buckets;
  expect(await listed({})).toEqual([films]);
  for (const input of [{ MaxBuckets: 9 }, { Prefix: "f" }, { BucketRegion: "us-east-1" }]) {
    expect(await listed(input)).toEqual([{ ...films, BucketRegion: "us-east-1" }]);
  }
  expect(await listed({ BucketRegion: "eu-west-1" })).toEqual([]);
});

test("an error names its subject in its own members, not by the path of the request", () => {
  const request: any = { method: "GET", path: "/films/key", requestId: "r" };
  const { status, body } = errorResponse(noSuchKey("key"), request);
  expect(status).toBe(404);
  expect(body).toContain("<Code>NoSuchKey</Code>");
  expect(body).toContain("<Key>key</Key><RequestId>r</RequestId></Error>");
});
