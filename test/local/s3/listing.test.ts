import { expect, test } from "vitest";
import { watchQueries } from "../query-plan.ts";
import { cloud } from "./cloud.ts";

async function filled(keys: string[]) {
  const { s3, put } = await cloud();
  for (const key of keys) await put(key);
  return s3;
}

async function pages(s3: any, input: object): Promise<{ keys: string[]; prefixes: string[]; pages: number }> {
  const result = { keys: [] as string[], prefixes: [] as string[], pages: 0 };
  let ContinuationToken: string | undefined;
  do {
    const page = await s3("ListObjectsV2", { ...input, ContinuationToken });
    result.keys.push(...page.Contents.map((object: any) => object.Key));
    result.prefixes.push(...page.CommonPrefixes.map((prefix: any) => prefix.Prefix));
    result.pages++;
    expect(page.KeyCount).toBe(page.Contents.length + page.CommonPrefixes.length);
    ContinuationToken = page.NextContinuationToken;
    expect(ContinuationToken !== undefined).toBe(page.IsTruncated);
  } while (ContinuationToken !== undefined);
  return result;
}

test("keys come in the order of their bytes", async () => {
  const s3 = await filled(["b", "a", "\u{1f3ac}", "é", "\uffee", "B"]);
  expect((await pages(s3, {})).keys).toEqual(["B", "a", "b", "é", "\uffee", "\u{1f3ac}"]);
});

test("a delimiter groups the keys below a prefix, and each page continues after it", async () => {
  const many = Array.from({ length: 250 }, (_, index) => `films/2025/${index}`);
  const s3 = await filled([
    "films/",
    "films/a.mp4",
    "films/2026/x",
    "films/2026/y",
    "films/z.mp4",
    "other/1",
    ...many,
  ]);
  const expected = {
    keys: ["films/", "films/a.mp4", "films/z.mp4"],
    prefixes: ["films/2025/", "films/2026/"],
  };
  expect(await pages(s3, { Prefix: "films/", Delimiter: "/" })).toEqual({ ...expected, pages: 1 });
  expect(await pages(s3, { Prefix: "films/", Delimiter: "/", MaxKeys: 1 })).toEqual({
    ...expected,
    pages: 5,
  });
  expect((await pages(s3, { Delimiter: "/" })).prefixes).toEqual(["films/", "other/"]);
  expect((await pages(s3, { Prefix: "films/20", MaxKeys: 100 })).keys).toHaveLength(252);
});

test("a listing can start after a key and be percent-encoded", async () => {
  const s3 = await filled(["a", "b c/d+e", "z"]);
  const page = await s3("ListObjectsV2", { StartAfter: "a", EncodingType: "url" });
  expect(page.Contents.map((object: any) => object.Key)).toEqual(["b%20c/d%2Be", "z"]);
});

test("the first version of the API pages by marker", async () => {
  const s3 = await filled(["a/1", "a/2", "b", "c"]);
  const first = await s3("ListObjects", { Delimiter: "/", MaxKeys: 1 });
  expect([first.CommonPrefixes, first.NextMarker, first.IsTruncated]).toEqual([
    [{ Prefix: "a/" }],
    "a/",
    true,
  ]);
  const second = await s3("ListObjects", { Delimiter: "/", Marker: first.NextMarker });
  expect(second.Contents.map((object: any) => object.Key)).toEqual(["b", "c"]);
});

test("an invalid page size or token is refused", async () => {
  const s3 = await filled([]);
  for (const input of [{ MaxKeys: -1 }, { ContinuationToken: "?" }, { EncodingType: "xml" }]) {
    await expect(s3("ListObjectsV2", input)).rejects.toMatchObject({ code: "InvalidArgument" });
  }
});

test("buckets are listed by prefix, page by page", async () => {
  const s3 = await filled([]);
  for (const Bucket of ["films-b", "films-a", "other"]) await s3("CreateBucket", { Bucket });
  const first = await s3("ListBuckets", { Prefix: "films", MaxBuckets: 2 });
  const second = await s3("ListBuckets", { Prefix: "films", ContinuationToken: first.ContinuationToken });
  const names = [...first.Buckets, ...second.Buckets].map((bucket: any) => bucket.Name);
  expect(names).toEqual(["films", "films-a", "films-b"]);
});

test("the cost of objects and pages does not grow with the bucket", async () => {
  const { kernel, s3, put, text, enableVersioning } = await cloud();
  await enableVersioning();
  const expensive = watchQueries(kernel.store);
  for (const key of ["a/1", "a/2", "b", "b"]) await put(key);
  await text("b");
  await s3("DeleteObject", { Key: "b" });
  const { Versions } = await s3("ListObjectVersions", { Prefix: "b", MaxKeys: 2 });
  await s3("ListObjectVersions", { Prefix: "b", KeyMarker: "b", VersionIdMarker: Versions[0].VersionId });
  await s3("ListObjectsV2", { Delimiter: "/", MaxKeys: 1 });
  await s3("DeleteObject", { Key: "b", VersionId: Versions[0].VersionId });
  expect(expensive()).toEqual([]);
});

test("a marker under a common prefix skips all of it; a start after does not", async () => {
  const { s3, put } = await cloud();
  for (const key of ["in/a/1", "in/a/2", "in/b", "in/c"]) await put(key, "x");
  const within = { Prefix: "in/", Delimiter: "/" };
  const marked = await s3("ListObjects", { ...within, Marker: "in/a/1" });
  expect(marked.CommonPrefixes).toEqual([]);
  expect(marked.Contents.map(({ Key }: any) => Key)).toEqual(["in/b", "in/c"]);
  const versions = await s3("ListObjectVersions", { ...within, KeyMarker: "in/a/1" });
  expect(versions.CommonPrefixes).toEqual([]);
  expect(versions.Versions.map(({ Key }: any) => Key)).toEqual(["in/b", "in/c"]);
  const started = await s3("ListObjectsV2", { ...within, StartAfter: "in/a/1" });
  expect(started.CommonPrefixes).toEqual([{ Prefix: "in/a/" }]);
});

test("versions that are deleted page by page are all found", async () => {
  const { s3, put } = await cloud();
  await s3("PutBucketVersioning", { VersioningConfiguration: { Status: "Enabled" } });
  for (let written = 0; written < 5; written++) await put("key", String(written));
  let deleted = 0;
  let marker = {};
  for (let page: any = { IsTruncated: true }; page.IsTruncated; ) {
    page = await s3("ListObjectVersions", { MaxKeys: 2, ...marker });
    const Objects = page.Versions.map(({ Key, VersionId }: any) => ({ Key, VersionId }));
    deleted += (await s3("DeleteObjects", { Delete: { Objects } })).Deleted.length;
    marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
  expect(deleted).toBe(5);
});

test("a page with a token does not name the start of the first", async () => {
  const s3 = await filled(["a", "b", "c"]);
  const first = await s3("ListObjectsV2", { StartAfter: "a", MaxKeys: 1 });
  expect(first.StartAfter).toBe("a");
  const ContinuationToken = first.NextContinuationToken;
  const second = await s3("ListObjectsV2", { StartAfter: "a", ContinuationToken });
  expect(second.Contents.map(({ Key }: any) => Key)).toEqual(["c"]);
  expect(second).not.toHaveProperty("StartAfter");
});

test("objects that are written while versioning is suspended are listed without a version", async () => {
  const { s3, put } = await cloud();
  await s3("PutBucketVersioning", { VersioningConfiguration: { Status: "Suspended" } });
  expect(await put("key", "x")).not.toHaveProperty("VersionId");
  expect((await s3("HeadObject", { Key: "key" })).VersionId).toBe("null");
});
