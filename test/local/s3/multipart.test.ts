import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { cloud, START } from "./cloud.ts";

const MEBIBYTE = 1 << 20;
const md5 = (data: Uint8Array) => createHash("md5").update(data).digest();
const base64Crc32 = (data: Uint8Array) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(data));
  return bytes.toString("base64");
};

async function upload(start: object = {}) {
  const at = await cloud();
  const Key = "film.mp4";
  const { UploadId } = await at.s3("CreateMultipartUpload", { Key, ContentType: "video/mp4", ...start });
  const bodies = [Buffer.alloc(5 * MEBIBYTE, "a"), Buffer.alloc(1000, "b")];
  const Parts: any[] = [];
  for (const [index, Body] of bodies.entries()) {
    const part = await at.s3("UploadPart", { Key, UploadId, PartNumber: index + 1, Body });
    Parts.push({ PartNumber: index + 1, ...part });
  }
  const complete = (more: object = {}) =>
    at.s3("CompleteMultipartUpload", { Key, UploadId, MultipartUpload: { Parts }, ...more });
  return { ...at, Key, UploadId, bodies, Parts, complete };
}

test("parts become one object, readable by range and by part", async () => {
  const { s3, Key, UploadId, bodies, complete } = await upload();
  const whole = Buffer.concat(bodies);
  await expect(s3("HeadObject", { Key })).rejects.toMatchObject({ code: "NoSuchKey" });
  const { ETag } = await complete();
  expect(ETag).toBe(`"${md5(Buffer.concat(bodies.map(md5))).toString("hex")}-2"`);
  const object = await s3("GetObject", { Key });
  expect(object.Body.equals(whole)).toBe(true);
  expect(object.ContentType).toBe("video/mp4");
  const across = await s3("GetObject", { Key, Range: `bytes=${5 * MEBIBYTE - 2}-${5 * MEBIBYTE + 1}` });
  expect(across.Body.toString()).toBe("aabb");
  expect(await s3("HeadObject", { Key, PartNumber: 2 })).toMatchObject({
    ContentLength: 1000,
    PartsCount: 2,
  });
  await expect(complete()).rejects.toMatchObject({ code: "NoSuchUpload", details: { UploadId } });
});

test("a composite checksum is made of those of the parts, a full one of the whole", async () => {
  const composite = await upload({ ChecksumAlgorithm: "CRC32" });
  const sums = composite.bodies.map((body) => Buffer.from(base64Crc32(body), "base64"));
  expect(await composite.complete()).toMatchObject({
    ChecksumCRC32: `${base64Crc32(Buffer.concat(sums))}-2`,
    ChecksumType: "COMPOSITE",
  });
  const full = await upload({ ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" });
  const whole = base64Crc32(Buffer.concat(full.bodies));
  await expect(full.complete({ ChecksumCRC32: "AAAAAA==" })).rejects.toMatchObject({ code: "BadDigest" });
  expect(await full.complete({ ChecksumCRC32: whole, ChecksumType: "FULL_OBJECT" })).toMatchObject({
    ChecksumCRC32: whole,
  });
});

test("parts must be listed in order, as they were uploaded, and large enough", async () => {
  const { s3, Key, UploadId, Parts, complete } = await upload();
  const listed = (...parts: any[]) => complete({ MultipartUpload: { Parts: parts } });
  await expect(listed(Parts[1], Parts[0])).rejects.toMatchObject({ code: "InvalidPartOrder" });
  await expect(listed(Parts[0], { PartNumber: 3, ETag: "x" })).rejects.toMatchObject({ code: "InvalidPart" });
  await expect(listed({ PartNumber: 1, ETag: "wrong" })).rejects.toMatchObject({ code: "InvalidPart" });
  const third = await s3("UploadPart", { Key, UploadId, PartNumber: 3, Body: "c" });
  await expect(listed(...Parts, { PartNumber: 3, ...third })).rejects.toMatchObject({
    code: "EntityTooSmall",
  });
});

test("a completed upload is a write like any other: conditional", async () => {
  const { put, Key, complete } = await upload();
  await put(Key, "first");
  await expect(complete({ IfNoneMatch: "*" })).rejects.toMatchObject({ code: "PreconditionFailed" });
  await complete();
});

test("uploads and their parts are listed until they end, and an abort leaves nothing", async () => {
  const { kernel, s3, Key, UploadId } = await upload();
  await s3("UploadPart", { Key, UploadId, PartNumber: 2, Body: "replaced" });
  const parts = await s3("ListParts", { Key, UploadId, MaxParts: 1 });
  expect([parts.IsTruncated, parts.NextPartNumberMarker]).toEqual([true, 1]);
  const rest = await s3("ListParts", { Key, UploadId, PartNumberMarker: 1 });
  expect(rest.Parts).toMatchObject([{ PartNumber: 2, Size: 8 }]);
  expect((await s3("ListMultipartUploads")).Uploads).toMatchObject([{ Key, UploadId }]);
  await s3("AbortMultipartUpload", { Key, UploadId });
  expect((await s3("ListMultipartUploads")).Uploads).toEqual([]);
  expect(kernel.store.all("SELECT * FROM s3_chunk")).toEqual([]);
});

test("a part can be copied from a range of an object", async () => {
  const { s3, put, text } = await cloud();
  await put("source", "0123456789");
  const { UploadId } = await s3("CreateMultipartUpload", { Key: "target" });
  const { CopyPartResult } = await s3("UploadPartCopy", {
    Key: "target",
    UploadId,
    PartNumber: 1,
    CopySource: "/films/source",
    CopySourceRange: "bytes=2-5",
  });
  await s3("CompleteMultipartUpload", {
    Key: "target",
    UploadId,
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag: CopyPartResult.ETag }] },
  });
  expect(await text("target")).toBe("2345");
});

test("uploads are listed by key and beginning, under common prefixes, from a marker on", async () => {
  const { s3, clock } = await cloud();
  const ids: string[] = [];
  for (const [index, Key] of ["b", "a", "a", "in/x", "in/y"].entries()) {
    clock.advanceTo(START + index);
    ids.push((await s3("CreateMultipartUpload", { Key })).UploadId);
  }
  const list = async (input: object = {}) => {
    const { Uploads, CommonPrefixes, ...page } = await s3("ListMultipartUploads", input);
    return { ...page, ids: Uploads.map((upload: any) => upload.UploadId), prefixes: CommonPrefixes };
  };
  expect(await list()).toMatchObject({
    ids: [ids[1], ids[2], ids[0], ids[3], ids[4]],
    NextKeyMarker: "in/y",
    NextUploadIdMarker: ids[4],
    IsTruncated: false,
  });
  expect(await list({ Delimiter: "/" })).toMatchObject({
    ids: [ids[1], ids[2], ids[0]],
    prefixes: [{ Prefix: "in/" }],
  });
  expect(await list({ KeyMarker: "a", UploadIdMarker: ids[1], MaxUploads: 1 })).toMatchObject({
    ids: [ids[2]],
    IsTruncated: true,
  });
  expect(await list({ KeyMarker: "a" })).toMatchObject({ ids: [ids[0], ids[3], ids[4]] });
  await expect(list({ KeyMarker: "a", UploadIdMarker: ids[0] })).rejects.toThrow("Invalid uploadId marker");
});

test("parts are listed, and read, with the checksums that they were uploaded with", async () => {
  const { s3, Key, UploadId, Parts, complete } = await upload({ ChecksumAlgorithm: "CRC32" });
  const [first, second] = Parts.map((part) => part.ChecksumCRC32);
  expect(await s3("ListParts", { Key, UploadId, MaxParts: "" })).toMatchObject({
    ChecksumAlgorithm: "CRC32",
    ChecksumType: "COMPOSITE",
    MaxParts: 1000,
    Parts: [{ ChecksumCRC32: first }, { ChecksumCRC32: second }],
  });
  await complete();
  const part = await s3("GetObject", { Key, PartNumber: 2, ChecksumMode: "ENABLED" });
  expect(part).toMatchObject({ ChecksumCRC32: second, ChecksumType: "COMPOSITE" });
  const attributes = (more: object) =>
    s3("GetObjectAttributes", { Key, ObjectAttributes: ["ObjectParts"], MaxParts: 1, ...more });
  expect((await attributes({})).ObjectParts).toEqual({
    TotalPartsCount: 2,
    PartNumberMarker: 0,
    NextPartNumberMarker: 1,
    MaxParts: 1,
    IsTruncated: true,
    Parts: [{ PartNumber: 1, Size: 5 * MEBIBYTE, ChecksumCRC32: first }],
  });
  expect((await attributes({ PartNumberMarker: 1 })).ObjectParts).toMatchObject({
    IsTruncated: false,
    Parts: [{ PartNumber: 2, Size: 1000, ChecksumCRC32: second }],
  });
});

test.each([
  [{ ChecksumType: "FULL_OBJECT" }, /created using the COMPOSITE checksum mode/],
  [{ MpuObjectSize: 7 }, /'x-amz-mp-object-size' header value 7 does not match/],
  [{ MultipartUpload: { Parts: [] } }, "You must specify at least one part"],
  [{ ChecksumSHA256: "x" }, "The crc32 you specified did not match the calculated checksum."],
])("an upload is not completed with %j", async (more, message) => {
  const { complete } = await upload({ ChecksumAlgorithm: "CRC32" });
  await expect(complete(more)).rejects.toThrow(message);
});

test("each part of a composite checksum is listed with its own", async () => {
  const { complete, Parts } = await upload({ ChecksumAlgorithm: "CRC32" });
  const [{ ETag }] = Parts;
  const one = (part: object) => complete({ MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ...part }] } });
  await expect(one({})).rejects.toThrow("It was missing for part 1 in the request.");
  await expect(one({ ChecksumSHA1: "x" })).rejects.toThrow("The sha1 you specified for part 1 did not match");
});
