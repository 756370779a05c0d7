import type { Operation } from "../kernel/service.ts";
import type { Bucket } from "./buckets.ts";
import {
  bucketAlreadyOwnedByYou,
  bucketNotEmpty,
  invalidArgument,
  invalidBucketName,
  malformedXml,
  noSuchConfiguration,
  notImplemented,
} from "./errors.ts";
import { checkRules } from "./lifecycle-rules.ts";
import type { Engine } from "./objects.ts";
import { fromTagSet, toTagSet } from "./tags.ts";

const MOST_BUCKETS = 10_000;
const MOST_BUCKET_TAGS = 50;

/** Operations on buckets and their settings. */
export function bucketOperations({ kernel, buckets, lifecycle }: Engine): Record<string, Operation> {
  const location = kernel.region === "us-east-1" ? null : kernel.region;

  return {
    CreateBucket(input) {
      const name = checkName(input.Bucket);
      if (buckets.find(name)) {
        // us-east-1 takes a second creation by the owner for the first.
        if (location !== null) throw bucketAlreadyOwnedByYou(name);
        return { Location: `/${name}` };
      }
      if (input.ObjectLockEnabledForBucket) throw notImplemented("the parameter ObjectLockEnabledForBucket");
      buckets.create(name);
      return { Location: `/${name}` };
    },

    DeleteBucket(input) {
      const bucket = buckets.of(input);
      if (isUsed(bucket)) throw bucketNotEmpty(bucket.name);
      buckets.delete(bucket);
      return {};
    },

    HeadBucket(input) {
      buckets.of(input);
      return { BucketRegion: kernel.region, AccessPointAlias: false };
    },

    ListBuckets(input) {
      const most = Math.min(Number(input.MaxBuckets ?? MOST_BUCKETS), MOST_BUCKETS);
      const after = Buffer.from(input.ContinuationToken ?? "", "base64").toString();
      const elsewhere = input.BucketRegion !== undefined && input.BucketRegion !== kernel.region;
      const found = elsewhere ? [] : buckets.list(input.Prefix ?? "", after, most + 1);
      const isWhole = [input.MaxBuckets, input.ContinuationToken, input.Prefix, input.BucketRegion].every(
        (given) => given === undefined,
      );
      const page = found.slice(0, most);
      return {
        Buckets: page.map(({ name, createdAt }) => ({
          Name: name,
          CreationDate: new Date(createdAt),
          BucketArn: `arn:aws:s3:::${name}`,
          // Told only where a part of the list is asked for.
          ...(!isWhole && { BucketRegion: kernel.region }),
        })),
        Owner: { ID: kernel.account },
        ...(found.length > most && { ContinuationToken: Buffer.from(page.at(-1)!.name).toString("base64") }),
        ...(input.Prefix !== undefined && { Prefix: input.Prefix }),
      };
    },

    GetBucketLocation(input) {
      buckets.of(input);
      return { LocationConstraint: location };
    },

    GetBucketVersioning(input) {
      const { versioning } = buckets.of(input);
      return versioning === undefined ? {} : { Status: versioning };
    },

    PutBucketVersioning(input) {
      const bucket = buckets.of(input);
      const status = input.VersioningConfiguration?.Status;
      if (status !== "Enabled" && status !== "Suspended") throw malformedXml();
      if (input.VersioningConfiguration.MFADelete === "Enabled")
        throw notImplemented("the parameter MFADelete");
      buckets.set(bucket, "versioning", status);
      return {};
    },

    GetBucketNotificationConfiguration(input) {
      return buckets.of(input).eventBridge ? { EventBridgeConfiguration: {} } : {};
    },

    PutBucketNotificationConfiguration(input) {
      const bucket = buckets.of(input);
      const configuration = input.NotificationConfiguration ?? {};
      const unserved = Object.keys(configuration).find((name) => name !== "EventBridgeConfiguration");
      if (unserved) {
        throw notImplemented(`${unserved} in a bucket's notifications (only EventBridgeConfiguration)`);
      }
      buckets.set(bucket, "eventbridge", Number(configuration.EventBridgeConfiguration !== undefined));
      return {};
    },

    GetBucketLifecycleConfiguration(input) {
      const { lifecycle: rules, name } = buckets.of(input);
      if (rules) return { Rules: rules };
      throw noSuchConfiguration(
        "NoSuchLifecycleConfiguration",
        "The lifecycle configuration does not exist",
        name,
      );
    },

    PutBucketLifecycleConfiguration(input) {
      const bucket = buckets.of(input);
      const rules = input.LifecycleConfiguration?.Rules;
      if (!Array.isArray(rules) || rules.length === 0) throw malformedXml();
      buckets.set(bucket, "lifecycle", JSON.stringify(checkRules(rules)));
      lifecycle.changed(bucket);
      return {};
    },

    DeleteBucketLifecycle(input) {
      buckets.set(buckets.of(input), "lifecycle", null);
      return {};
    },

    GetBucketPolicy(input) {
      const { policy, name } = buckets.of(input);
      if (policy !== undefined) return { Policy: policy };
      throw noSuchConfiguration("NoSuchBucketPolicy", "The bucket policy does not exist", name);
    },

    PutBucketPolicy(input) {
      const bucket = buckets.of(input);
      if (!isJson(input.Policy)) {
        throw invalidArgument(
          "Policies must be valid JSON and the first byte must be '{'",
          "Policy",
          input.Policy,
        );
      }
      buckets.set(bucket, "policy", input.Policy);
      return {};
    },

    DeleteBucketPolicy(input) {
      buckets.set(buckets.of(input), "policy", null);
      return {};
    },

    GetBucketTagging(input) {
      const { tags, name } = buckets.of(input);
      if (tags) return { TagSet: toTagSet(tags) };
      throw noSuchConfiguration("NoSuchTagSet", "The TagSet does not exist", name);
    },

    PutBucketTagging(input) {
      const bucket = buckets.of(input);
      const tags = fromTagSet(input.Tagging?.TagSet ?? [], MOST_BUCKET_TAGS);
      buckets.set(bucket, "tags", JSON.stringify(tags));
      return {};
    },

    DeleteBucketTagging(input) {
      buckets.set(buckets.of(input), "tags", null);
      return {};
    },
  };

  function isUsed(bucket: Bucket): boolean {
    const { store } = kernel;
    return (
      store.get("SELECT 1 FROM s3_object WHERE bucket = ? LIMIT 1", bucket.name) !== undefined ||
      store.get("SELECT 1 FROM s3_upload WHERE bucket = ? LIMIT 1", bucket.name) !== undefined
    );
  }
}

function checkName(name: unknown): string {
  const valid =
    typeof name === "string" &&
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !/\.\.|^\d+\.\d+\.\d+\.\d+$|^xn--|-s3alias$/.test(name);
  if (!valid) throw invalidBucketName(String(name));
  return name;
}

function isJson(text: unknown): boolean {
  try {
    return typeof text === "string" && text.startsWith("{") && JSON.parse(text) !== null;
  } catch {
    return false;
  }
}
