import { expect, test } from "vitest";
import { s3Resources } from "../../../local/s3/resources.ts";
import { cloud } from "./cloud.ts";

const autoDelete = s3Resources.find(({ type }) => type === "Custom::S3AutoDeleteObjects")!;
const Bucket = "scratch";
const mark = { TagSet: [{ Key: "aws-cdk:auto-delete-objects", Value: "true" }] };

test("a bucket with autoDeleteObjects is emptied of every version when it leaves the template", async () => {
  const { kernel, s3 } = await cloud();
  await s3("CreateBucket", { Bucket });
  await s3("PutBucketTagging", { Bucket, Tagging: mark });
  await s3("PutBucketVersioning", { Bucket, VersioningConfiguration: { Status: "Enabled" } });
  for (const Body of ["one", "two"]) await s3("PutObject", { Bucket, Key: "a", Body: Buffer.from(Body) });
  await s3("PutObject", { Bucket, Key: "b", Body: Buffer.from("three") });
  await s3("DeleteObject", { Bucket, Key: "b" });

  await autoDelete.remove!(Bucket, kernel);

  const { Versions = [], DeleteMarkers = [] } = await s3("ListObjectVersions", { Bucket });
  expect([...Versions, ...DeleteMarkers]).toEqual([]);
});

test("a bucket that the template keeps after all, or that is deleted, is not changed", async () => {
  const { kernel, s3 } = await cloud();
  await s3("CreateBucket", { Bucket });
  await s3("PutObject", { Bucket, Key: "a", Body: Buffer.from("kept") });
  await autoDelete.remove!(Bucket, kernel);
  await s3("PutBucketTagging", { Bucket, Tagging: { TagSet: [{ Key: "team", Value: "video" }] } });
  await autoDelete.remove!(Bucket, kernel);
  await autoDelete.remove!("never-there", kernel);
  expect((await s3("ListObjectVersions", { Bucket })).Versions).toHaveLength(1);
});
