import { Readable } from "node:stream";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketNotificationConfigurationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, expect, test } from "vitest";
import { served } from "../cloud/served.ts";

const { cloud, client: settings } = await served();
const client = new S3Client({ ...settings, forcePathStyle: true });
const Bucket = "films";
await client.send(new CreateBucketCommand({ Bucket }));

afterAll(() => client.destroy());

const put = (Key: string, Body: string | Readable, more = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));

test("an object with an awkward name goes out and back", async () => {
  const Key = "a b/é+&<x>%20?.txt";
  const written = await put(Key, "hello", { ContentType: "text/plain", Metadata: { run: "7" } });
  expect(written.ChecksumCRC32).toBeDefined();
  const read = await client.send(new GetObjectCommand({ Bucket, Key }));
  expect(await read.Body!.transformToString()).toBe("hello");
  expect(read).toMatchObject({ ContentType: "text/plain", Metadata: { run: "7" }, ETag: written.ETag });
  const listed = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "a b/" }));
  expect(listed.Contents).toMatchObject([{ Key, Size: 5 }]);
  const range = await client.send(new GetObjectCommand({ Bucket, Key, Range: "bytes=1-3" }));
  expect([await range.Body!.transformToString(), range.ContentRange]).toEqual(["ell", "bytes 1-3/5"]);
});

test("a stream arrives chunk-encoded with its checksum behind it", async () => {
  const body = Readable.from(["one ", "two ", "three"].map((text) => Buffer.from(text)));
  await put("stream", body, { ContentLength: 13, ContentEncoding: "identity" });
  const read = await client.send(new GetObjectCommand({ Bucket, Key: "stream", ChecksumMode: "ENABLED" }));
  expect(await read.Body!.transformToString()).toBe("one two three");
  expect(read.ContentEncoding).toBe("identity");
  expect(read.ChecksumCRC32).toBeDefined();
});

test("errors arrive as the SDK's own", async () => {
  await expect(client.send(new GetObjectCommand({ Bucket, Key: "none" }))).rejects.toMatchObject({
    name: "NoSuchKey",
    $metadata: { httpStatusCode: 404 },
  });
  await expect(client.send(new HeadObjectCommand({ Bucket, Key: "none" }))).rejects.toMatchObject({
    name: "NotFound",
  });
  await put("once", "1");
  await expect(put("once", "2", { IfNoneMatch: "*" })).rejects.toMatchObject({ name: "PreconditionFailed" });
  await expect(client.send(new GetBucketAclCommand({ Bucket }))).rejects.toMatchObject({
    name: "NotImplemented",
    message: expect.stringContaining("GetBucketAcl"),
  });
});

test("a multipart upload, copied and deleted", async () => {
  const Key = "film.mp4";
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const Parts = [];
  for (const [index, Body] of [Buffer.alloc(5 << 20, "a"), Buffer.from("end")].entries()) {
    const PartNumber = index + 1;
    const part = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    Parts.push({ PartNumber, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 });
  }
  const whole = await client.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
  );
  expect(whole.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
  const copy = await client.send(
    new CopyObjectCommand({ Bucket, Key: "copy.mp4", CopySource: `${Bucket}/${Key}` }),
  );
  expect(copy.CopyObjectResult!.LastModified).toBeInstanceOf(Date);
  const { Deleted } = await client.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }, { Key: "copy.mp4" }] } }),
  );
  expect(Deleted!.map((object) => object.Key)).toEqual([Key, "copy.mp4"]);
});

test("settings of a bucket and tags of an object keep their shape", async () => {
  const name = { Bucket: "settings" };
  await client.send(new CreateBucketCommand(name));
  expect((await client.send(new GetBucketLocationCommand(name))).LocationConstraint).toBeUndefined();
  const rule = {
    ID: "tidy",
    Status: "Enabled" as const,
    Filter: { And: { Prefix: "tmp/", Tags: [{ Key: "a", Value: "b" }] } },
    Expiration: { Days: 3 },
    NoncurrentVersionExpiration: { NoncurrentDays: 2 },
  };
  await client.send(
    new PutBucketLifecycleConfigurationCommand({ ...name, LifecycleConfiguration: { Rules: [rule] } }),
  );
  expect((await client.send(new GetBucketLifecycleConfigurationCommand(name))).Rules).toEqual([rule]);
  await client.send(
    new PutBucketVersioningCommand({ ...name, VersioningConfiguration: { Status: "Enabled" } }),
  );
  for (const Body of ["1", "2"]) await client.send(new PutObjectCommand({ ...name, Key: "k", Body }));
  const { Versions } = await client.send(new ListObjectVersionsCommand(name));
  expect(Versions!.map((version) => version.IsLatest)).toEqual([true, false]);

  const TagSet = [{ Key: "stage", Value: "dev + more" }];
  await client.send(new PutObjectTaggingCommand({ ...name, Key: "k", Tagging: { TagSet } }));
  expect((await client.send(new GetObjectTaggingCommand({ ...name, Key: "k" }))).TagSet).toEqual(TagSet);
  const { Buckets } = await client.send(new ListBucketsCommand({}));
  expect(Buckets!.map((bucket) => bucket.Name)).toContain("settings");

  await client.send(
    new PutBucketNotificationConfigurationCommand({
      ...name,
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    }),
  );
  const notification = await client.send(new GetBucketNotificationConfigurationCommand(name));
  expect(notification.EventBridgeConfiguration).toEqual({});
});

test("a bucket can be named by the host as well", async () => {
  await put("by/host", "hello");
  const port = new URL(cloud.endpoint).port;
  const { request } = await import("node:http");
  const answer = await new Promise<string>((resolve, reject) => {
    const options = {
      host: "127.0.0.1",
      port,
      path: "/by/host",
      headers: { host: `films.s3.localhost:${port}` },
    };
    request(options, (response) => {
      let text = "";
      response.on("data", (data) => {
        text += data;
      });
      response.on("end", () => resolve(text));
    })
      .on("error", reject)
      .end();
  });
  expect(answer).toBe("hello");
});

test.each(["<Delete>", "", "<Other/>", "not xml"])(
  "the body %j of a bulk delete is refused as malformed",
  async (body) => {
    const answer = await fetch(`${cloud.endpoint}/films?delete`, {
      method: "POST",
      body,
      headers: { authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request" },
    });
    expect([answer.status, (await answer.text()).match(/<Code>(.*)<\/Code>/)?.[1]]).toEqual([
      400,
      "MalformedXML",
    ]);
  },
);

test("a presigned address reads and writes without any header, until its time is over", async () => {
  const presigned = (Key: string, query: Record<string, string> = {}, age = 0) => {
    const date = new Date(Date.now() - age * 1000).toISOString().replace(/[-:]|\.\d+/g, "");
    const search = new URLSearchParams({
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Credential": `test/${date.slice(0, 8)}/us-east-1/s3/aws4_request`,
      "X-Amz-Date": date,
      "X-Amz-Expires": "60",
      "X-Amz-SignedHeaders": "host",
      "X-Amz-Signature": "0",
      ...query,
    });
    return `${cloud.endpoint}/${Bucket}/${Key}?${search}`;
  };
  const hoisted = { "x-amz-meta-run": "7", "x-amz-checksum-crc32": "AAAAAA==", "x-id": "PutObject" };
  const written = await fetch(presigned("signed", hoisted), { method: "PUT", body: "hello" });
  expect(written.status).toBe(200);
  const read = await fetch(presigned("signed", { "response-content-type": "text/x-film" }));
  expect([await read.text(), read.headers.get("content-type"), read.headers.get("x-amz-meta-run")]).toEqual([
    "hello",
    "text/x-film",
    "7",
  ]);
  const late = await fetch(presigned("signed", {}, 61));
  expect([late.status, await late.text()]).toEqual([403, expect.stringContaining("Request has expired")]);
});

test("a presigned address of Signature Version 2 writes and reads, until its time is over", async () => {
  const presigned = (age: number, query: Record<string, string> = {}) => {
    const Expires = String(Math.floor(Date.now() / 1000) + 60 - age);
    const search = new URLSearchParams({ AWSAccessKeyId: "test", Signature: "c2ln", Expires, ...query });
    return `${cloud.endpoint}/${Bucket}/signed-2?${search}`;
  };
  const written = await fetch(presigned(0, { "x-amz-meta-run": "8" }), { method: "PUT", body: "hello" });
  expect(written.status).toBe(200);
  const read = await fetch(presigned(0));
  expect([await read.text(), read.headers.get("x-amz-meta-run")]).toEqual(["hello", "8"]);
  const late = await fetch(presigned(62), { method: "PUT", body: "late" });
  expect([late.status, await late.text()]).toEqual([403, expect.stringContaining("Request has expired")]);
});
