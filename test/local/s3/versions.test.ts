import { expect, test } from "vitest";
import { cloud } from "./cloud.ts";

test("each write of a versioned bucket is a version, and a delete can be reverted", async () => {
  const { s3, put, text, enableVersioning } = await cloud();
  await put("key", "before");
  await enableVersioning();
  const one = (await put("key", "one")).VersionId;
  await put("key", "two");
  const gone = await s3("DeleteObject", { Key: "key" });
  expect(gone.DeleteMarker).toBe(true);
  await expect(text("key")).rejects.toMatchObject({
    code: "NoSuchKey",
    details: { DeleteMarker: gone.VersionId },
  });
  await expect(text("key", { VersionId: gone.VersionId })).rejects.toMatchObject({
    code: "MethodNotAllowed",
    status: 405,
  });
  expect(await text("key", { VersionId: one })).toBe("one");
  expect(await text("key", { VersionId: "null" })).toBe("before");

  const listing = await s3("ListObjectVersions");
  expect(listing.DeleteMarkers).toMatchObject([{ Key: "key", IsLatest: true, VersionId: gone.VersionId }]);
  expect(listing.Versions.map((version: any) => version.IsLatest)).toEqual([false, false, false]);
  expect((await s3("ListObjectsV2")).KeyCount).toBe(0);

  expect(await s3("DeleteObject", { Key: "key", VersionId: gone.VersionId })).toEqual({
    DeleteMarker: true,
    VersionId: gone.VersionId,
  });
  expect(await text("key")).toBe("two");
});

test("while versioning is suspended, writes share the version null and do not change the others", async () => {
  const { s3, put, text, enableVersioning } = await cloud();
  await enableVersioning();
  const kept = (await put("key", "kept")).VersionId;
  await enableVersioning("Suspended");
  await put("key", "a");
  await put("key", "b");
  expect((await s3("ListObjectVersions")).Versions.map((version: any) => version.VersionId)).toEqual([
    "null",
    kept,
  ]);
  await s3("DeleteObject", { Key: "key" });
  expect((await s3("ListObjectVersions")).Versions.map((version: any) => version.VersionId)).toEqual([kept]);
  expect(await text("key", { VersionId: kept })).toBe("kept");
});

test("versions are listed newest first, page by page, also within one key", async () => {
  const { s3, put, enableVersioning } = await cloud();
  await enableVersioning();
  const written: string[] = [];
  for (const key of ["a", "b", "b", "b", "c"]) written.push(`${key} ${(await put(key)).VersionId}`);
  const seen: string[] = [];
  let marker = {};
  for (let truncated = true; truncated; ) {
    const page = await s3("ListObjectVersions", { MaxKeys: 2, ...marker });
    seen.push(...page.Versions.map((version: any) => `${version.Key} ${version.VersionId}`));
    truncated = page.IsTruncated;
    marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
  const [a, b1, b2, b3, c] = written;
  expect(seen).toEqual([a, b3, b2, b1, c]);
});
