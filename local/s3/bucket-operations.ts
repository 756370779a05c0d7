import type { Operation } from "../kernel/service.ts";
import type { Bucket } from "./buckets.ts";
import { readDestinations, writeDestinations } from "./destinations.ts";
import {
  bucketAlreadyOwnedByYou,
  bucketNotEmpty,
  illegalLocation,
  illegalVersioning,
  invalidBucketName,
  invalidLocation,
  malformedPolicy,
  malformedXml,
  noSuchConfiguration,
  notImplemented,
} from "./errors.ts";
import { checkRules } from "./lifecycle-rules.ts";
import type { Engine } from "./objects.ts";
import { validateDestinations } from "./records.ts";
import { BUCKET, fromTagSet, toTagSet } from "./tags.ts";

const MOST_BUCKETS = 10_000;

/** Operations on buckets and their settings. */
export function bucketOperations({ kernel, buckets, lifecycle }: Engine): Record<string, Operation> {
  const location = kernel.region === "us-east-1" ? null : kernel.region;

  return {
    CreateBucket(input) {
      const name = checkName(input.Bucket);
      const { LocationConstraint, Tags = [] } = input.CreateBucketConfiguration ?? {};
      checkLocation(LocationConstraint);
      const tags = fromTagSet(Tags, BUCKET);
      const created = { Location: `/${name}`, BucketArn: arnOf(name) };
      if (buckets.find(name)) {
        // us-east-1 treats a second creation by the owner as the first, unless it has tags of its own.
        if (location !== null || Tags.length > 0) throw bucketAlreadyOwnedByYou(name);
        return created;
      }
      if (input.ObjectLockEnabledForBucket) throw notImplemented("the parameter ObjectLockEnabledForBucket");
      buckets.create(name);
      if (Tags.length > 0) buckets.set(buckets.of(input), "tags", JSON.stringify(tags));
      return created;
    },

    DeleteBucket(input) {
      const bucket = buckets.of(input);
      if (isUsed(bucket)) throw bucketNotEmpty(bucket.name, bucket.versioning !== undefined);
      buckets.delete(bucket);
      return {};
    },

    HeadBucket(input) {
      const { name } = buckets.of(input);
      return { BucketRegion: kernel.region, BucketArn: arnOf(name), AccessPointAlias: false };
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
          BucketArn: arnOf(name),
          // Present only if a part of the list was requested.
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
      if (status === undefined) throw illegalVersioning();
      if (status !== "Enabled" && status !== "Suspended") throw malformedXml();
      if (input.VersioningConfiguration.MFADelete === "Enabled")
        throw notImplemented("the parameter MFADelete");
      buckets.set(bucket, "versioning", status);
      return {};
    },

    GetBucketNotificationConfiguration(input) {
      const { eventBridge, destinations } = buckets.of(input);
      return { ...writeDestinations(destinations), ...(eventBridge && { EventBridgeConfiguration: {} }) };
    },

    async PutBucketNotificationConfiguration(input, { requestId }) {
      const bucket = buckets.of(input);
      const configuration = input.NotificationConfiguration ?? {};
      const destinations = readDestinations(configuration, () => kernel.random.uuid());
      if (String(input.SkipDestinationValidation) !== "true") {
        await validateDestinations(kernel, bucket.name, destinations, requestId);
      }
      kernel.store.atomically(() => {
        buckets.set(bucket, "eventbridge", Number(configuration.EventBridgeConfiguration !== undefined));
        buckets.setDestinations(bucket, destinations);
      });
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
      checkPolicy(input.Policy);
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
      const tagSet = input.Tagging?.TagSet ?? [];
      const tags = fromTagSet(tagSet, BUCKET);
      buckets.set(bucket, "tags", tagSet.length === 0 ? null : JSON.stringify(tags));
      return {};
    },

    DeleteBucketTagging(input) {
      buckets.set(buckets.of(input), "tags", null);
      return {};
    },
  };

  /** In us-east-1 the location is empty; every other region names itself. */
  function checkLocation(constraint: string | undefined): void {
    if (location !== null && constraint !== location) throw illegalLocation(constraint ?? "unspecified");
    if (location === null && constraint !== undefined && !isLocation(constraint)) {
      throw invalidLocation(constraint);
    }
  }

  function isUsed(bucket: Bucket): boolean {
    const { store } = kernel;
    return (
      store.get("SELECT 1 FROM s3_object WHERE bucket = ? LIMIT 1", bucket.name) !== undefined ||
      store.get("SELECT 1 FROM s3_upload WHERE bucket = ? LIMIT 1", bucket.name) !== undefined
    );
  }
}

const arnOf = (name: string) => `arn:aws:s3:::${name}`;

const isLocation = (name: string) => /^(?:EU|(?!us-east-1$)[a-z]{2}(?:-[a-z]+)+-\d)$/.test(name);

function checkName(name: unknown): string {
  const valid =
    typeof name === "string" &&
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !/\.\.|^\d+\.\d+\.\d+\.\d+$|^xn--|-s3alias$/.test(name);
  if (!valid) throw invalidBucketName(String(name));
  return name;
}

function checkPolicy(text: unknown): void {
  let policy: unknown;
  try {
    policy = typeof text === "string" && text.startsWith("{") ? JSON.parse(text) : undefined;
  } catch {
    // Refused like any other text that is not a policy.
  }
  if (policy === undefined)
    throw malformedPolicy("Policies must be valid JSON and the first byte must be '{'");
  if ((policy as { Statement?: unknown }).Statement === undefined) {
    throw malformedPolicy("Missing required field Statement");
  }
}
