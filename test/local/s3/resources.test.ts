import { expect, test } from "vitest";
import type { Assets } from "../../../local/kernel/resource.ts";
import { s3Resources } from "../../../local/s3/resources.ts";
import { cloud } from "./cloud.ts";

const assets: Assets = { path: (key) => key };
const provider = (type: string) => s3Resources.find((candidate) => candidate.type === type)!;
const resource = (type: string, properties: object) => ({
  type,
  path: "Stack/Films",
  logicalId: "Films",
  generatedName: "Stack-Films-1A2B",
  properties,
});

test("a bucket as the CDK writes it", async () => {
  const { kernel, s3 } = await cloud();
  const properties = {
    BucketEncryption: { ServerSideEncryptionConfiguration: [] },
    VersioningConfiguration: { Status: "Enabled" },
    NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    LifecycleConfiguration: {
      Rules: [
        {
          Status: "Enabled",
          ExpirationInDays: 30,
          Prefix: "tmp/",
          NoncurrentVersionExpiration: { NoncurrentDays: 7 },
        },
      ],
    },
    Tags: [{ Key: "team", Value: "video" }],
  };
  const bucket = resource("AWS::S3::Bucket", properties);
  const deployed = await provider("AWS::S3::Bucket").deploy(bucket, kernel, assets);
  expect(deployed).toMatchObject({
    ref: "stack-films-1a2b",
    attributes: {
      Arn: "arn:aws:s3:::stack-films-1a2b",
      RegionalDomainName: "stack-films-1a2b.s3.us-east-1.amazonaws.com",
    },
  });
  const Bucket = deployed.ref;
  expect(await s3("GetBucketVersioning", { Bucket })).toEqual({ Status: "Enabled" });
  expect(await s3("GetBucketNotificationConfiguration", { Bucket })).toEqual({
    EventBridgeConfiguration: {},
  });
  expect((await s3("GetBucketLifecycleConfiguration", { Bucket })).Rules).toMatchObject([
    {
      Expiration: { Days: 30 },
      Filter: { And: { Prefix: "tmp/" } },
      NoncurrentVersionExpiration: { NoncurrentDays: 7 },
    },
  ]);

  await s3("PutObject", { Bucket, Key: "kept", Body: "x" });
  await provider("AWS::S3::Bucket").deploy(resource("AWS::S3::Bucket", {}), kernel, assets);
  expect(await s3("GetBucketVersioning", { Bucket })).toEqual({ Status: "Suspended" });
  expect(await s3("GetBucketNotificationConfiguration", { Bucket })).toEqual({});
  expect((await s3("ListObjectsV2", { Bucket })).KeyCount).toBe(1);
});

test("a removed bucket goes only when it is empty", async () => {
  const { kernel, s3, put, reports } = await cloud();
  await put("kept");
  await provider("AWS::S3::Bucket").remove!("films", kernel);
  expect(reports).toEqual([expect.stringContaining("films")]);
  await s3("DeleteObject", { Key: "kept" });
  await provider("AWS::S3::Bucket").remove!("films", kernel);
  await expect(s3("HeadBucket")).rejects.toMatchObject({ code: "NoSuchBucket" });
});

test("a bucket policy is kept as it was given", async () => {
  const { kernel, s3 } = await cloud();
  const PolicyDocument = { Version: "2012-10-17", Statement: [] };
  const policy = resource("AWS::S3::BucketPolicy", { Bucket: "films", PolicyDocument });
  await provider("AWS::S3::BucketPolicy").deploy(policy, kernel, assets);
  expect(JSON.parse((await s3("GetBucketPolicy")).Policy)).toEqual(PolicyDocument);
});

test("a value that the service refuses is named with its resource", async () => {
  const { kernel } = await cloud();
  const bucket = resource("AWS::S3::Bucket", { BucketName: "Not_A_Name" });
  await expect(provider("AWS::S3::Bucket").deploy(bucket, kernel, assets)).rejects.toThrow(
    "Stack/Films (AWS::S3::Bucket): The specified bucket is not valid.",
  );
});

test("the custom resource behind eventBridgeEnabled turns the bucket's events on", async () => {
  const { kernel, s3 } = await cloud();
  const type = "Custom::S3BucketNotifications";
  const NotificationConfiguration = { EventBridgeConfiguration: {} };
  await provider(type).deploy(
    resource(type, { BucketName: "films", NotificationConfiguration }),
    kernel,
    assets,
  );
  expect(await s3("GetBucketNotificationConfiguration")).toEqual(NotificationConfiguration);
});
