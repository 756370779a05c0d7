import { hasCode, UserError } from "../kernel/errors.ts";
import { asText } from "../kernel/json-text.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { namedInErrors, type PropertyShape, type ResourceProvider } from "../kernel/resource.ts";
import type { LifecycleRule } from "./lifecycle-rules.ts";

const ENCRYPTION = "encryption at rest changes nothing locally";
const ACCESS =
  "the endpoint is on this machine only, so who may reach the bucket from outside changes nothing";
const STORAGE = "there is one storage class locally";

const API_FILTER: PropertyShape = { Key: { FilterRules: { Name: true, Value: true } } };
const FILTER: PropertyShape = { S3Key: { Rules: { Name: true, Value: true } } };

/** AWS::S3::Bucket. Ref is the bucket's name. */
const bucket: ResourceProvider = {
  type: "AWS::S3::Bucket",
  serves: {
    BucketName: true,
    AccessControl: ACCESS,
    BucketEncryption: ENCRYPTION,
    LifecycleConfiguration: {
      Rules: {
        Id: true,
        Status: true,
        Prefix: true,
        ExpirationInDays: true,
        ExpirationDate: true,
        ExpiredObjectDeleteMarker: true,
        NoncurrentVersionExpiration: { NoncurrentDays: true, NewerNoncurrentVersions: true },
        NoncurrentVersionExpirationInDays: true,
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: true },
        ObjectSizeGreaterThan: true,
        ObjectSizeLessThan: true,
        TagFilters: { Key: true, Value: true },
        Transition: STORAGE,
        Transitions: STORAGE,
        NoncurrentVersionTransition: STORAGE,
        NoncurrentVersionTransitions: STORAGE,
      },
      TransitionDefaultMinimumObjectSize: STORAGE,
    },
    NotificationConfiguration: {
      EventBridgeConfiguration: { EventBridgeEnabled: true },
      LambdaConfigurations: { Event: true, Filter: FILTER, Function: true },
      QueueConfigurations: { Event: true, Filter: FILTER, Queue: true },
      TopicConfigurations: { Event: true, Filter: FILTER, Topic: true },
    },
    OwnershipControls: ACCESS,
    PublicAccessBlockConfiguration: ACCESS,
    Tags: true,
    VersioningConfiguration: { Status: true },
  },

  async deploy(resource, kernel) {
    const { properties } = resource;
    const name: string = properties.BucketName ?? resource.generatedName.toLowerCase();
    const rules: any[] = properties.LifecycleConfiguration?.Rules ?? [];
    await namedInErrors(resource, async () => {
      await createUnlessThere(kernel, name);
      const set = (operation: string, input: object) =>
        kernel.call("s3", operation, { Bucket: name, ...input });
      await setVersioning(kernel, name, properties.VersioningConfiguration?.Status);
      await set("PutBucketNotificationConfiguration", {
        NotificationConfiguration: toNotifications(properties.NotificationConfiguration ?? {}),
        SkipDestinationValidation: true,
      });
      if (rules.length === 0) await set("DeleteBucketLifecycle", {});
      else
        await set("PutBucketLifecycleConfiguration", {
          LifecycleConfiguration: { Rules: rules.map(toRule) },
        });
      if (properties.Tags) await set("PutBucketTagging", { Tagging: { TagSet: properties.Tags } });
      else await set("DeleteBucketTagging", {});
    });
    const domain = `${name}.s3.amazonaws.com`;
    return {
      ref: name,
      attributes: {
        Arn: `arn:aws:s3:::${name}`,
        DomainName: domain,
        RegionalDomainName: `${name}.s3.${kernel.region}.amazonaws.com`,
        DualStackDomainName: `${name}.s3.dualstack.${kernel.region}.amazonaws.com`,
        WebsiteURL: `http://${name}.s3-website-${kernel.region}.amazonaws.com`,
      },
    };
  },

  /** As in CloudFormation, only an empty bucket is deleted: its objects do not belong to the template. */
  async remove(name, kernel) {
    try {
      await kernel.call("s3", "DeleteBucket", { Bucket: name });
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === "BucketNotEmpty")
        kernel.report(`The bucket ${name} left the template, but is kept: it is not empty.`);
      else if (code !== "NoSuchBucket") throw error;
    }
  },
};

/** AWS::S3::BucketPolicy: stored, and returned by GetBucketPolicy. */
const policy: ResourceProvider = {
  type: "AWS::S3::BucketPolicy",
  serves: { Bucket: true, PolicyDocument: true },

  async deploy(resource, kernel) {
    const { Bucket, PolicyDocument } = resource.properties;
    const Policy = asText(PolicyDocument);
    await namedInErrors(resource, () => kernel.call("s3", "PutBucketPolicy", { Bucket, Policy }));
    return { ref: Bucket, attributes: {} };
  },

  async remove(Bucket, kernel) {
    try {
      await kernel.call("s3", "DeleteBucketPolicy", { Bucket });
    } catch (error) {
      if (!hasCode(error, "NoSuchBucket")) throw error;
    }
  },
};

/** The API's form of a template's notifications: one destination for each event. */
function toNotifications(given: Record<string, any>): object {
  const { EventBridgeConfiguration: bus } = given;
  const list = (ofTemplate: string, member: string, arn: string) =>
    (given[ofTemplate] ?? []).map((one: any) => ({
      [arn]: one[member],
      Events: [one.Event],
      ...(one.Filter && { Filter: { Key: { FilterRules: one.Filter.S3Key.Rules } } }),
    }));
  return {
    LambdaFunctionConfigurations: list("LambdaConfigurations", "Function", "LambdaFunctionArn"),
    QueueConfigurations: list("QueueConfigurations", "Queue", "QueueArn"),
    TopicConfigurations: list("TopicConfigurations", "Topic", "TopicArn"),
    ...(bus !== undefined &&
      String(bus.EventBridgeEnabled ?? true) === "true" && { EventBridgeConfiguration: {} }),
  };
}

/**
 * The custom resource that the CDK creates for notifications: its function would call
 * PutBucketNotificationConfiguration. Done here directly, so that the function (in Python) need not run.
 */
const notifications: ResourceProvider = {
  type: "Custom::S3BucketNotifications",
  serves: {
    ServiceToken: "the notifications are set without the custom resource's function",
    BucketName: true,
    NotificationConfiguration: {
      EventBridgeConfiguration: true,
      LambdaFunctionConfigurations: { Events: true, Filter: API_FILTER, Id: true, LambdaFunctionArn: true },
      QueueConfigurations: { Events: true, Filter: API_FILTER, Id: true, QueueArn: true },
      TopicConfigurations: { Events: true, Filter: API_FILTER, Id: true, TopicArn: true },
    },
    Managed: "the template owns all notifications of its buckets locally",
    SkipDestinationValidation: "destinations of a template are not sent test events",
  },

  async deploy(resource, kernel) {
    const { BucketName: Bucket, NotificationConfiguration = {} } = resource.properties;
    await namedInErrors(resource, () =>
      kernel.call("s3", "PutBucketNotificationConfiguration", {
        Bucket,
        NotificationConfiguration,
        SkipDestinationValidation: true,
      }),
    );
    return { ref: resource.generatedName, attributes: {} };
  },
};

/**
 * The CDK's tag of a bucket that may be emptied; it is removed when a template keeps the bucket after all.
 */
const MAY_BE_EMPTIED = "aws-cdk:auto-delete-objects";

/**
 * The custom resource that the CDK creates for `autoDeleteObjects`, which leaves the template before its
 * bucket does.
 */
const autoDelete: ResourceProvider = {
  type: "Custom::S3AutoDeleteObjects",
  serves: { BucketName: true },

  deploy: ({ properties }) => ({ ref: properties.BucketName, attributes: {} }),

  async remove(Bucket, kernel) {
    try {
      const { TagSet } = await kernel.call("s3", "GetBucketTagging", { Bucket });
      if (!TagSet.some(({ Key, Value }: any) => Key === MAY_BE_EMPTIED && Value === "true")) return;
    } catch (error) {
      if (NOTHING_TO_EMPTY.has((error as { code?: string }).code)) return;
      throw error;
    }
    for (;;) {
      const { Versions = [], DeleteMarkers = [] } = await kernel.call("s3", "ListObjectVersions", { Bucket });
      const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
      if (Objects.length === 0) return;
      const { Errors } = await kernel.call("s3", "DeleteObjects", {
        Bucket,
        Delete: { Objects, Quiet: true },
      });
      if (Errors.length > 0)
        throw new UserError(`The bucket ${Bucket} cannot be emptied: ${Errors[0].Message}`);
    }
  },
};

const NOTHING_TO_EMPTY = new Set<string | undefined>(["NoSuchBucket", "NoSuchTagSet"]);

export const s3Resources: ResourceProvider[] = [bucket, policy, notifications, autoDelete];

async function createUnlessThere(kernel: Kernel, name: string): Promise<void> {
  const { Buckets } = await kernel.call("s3", "ListBuckets", { Prefix: name, MaxBuckets: 1 });
  if (Buckets[0]?.Name !== name) await kernel.call("s3", "CreateBucket", { Bucket: name });
}

/** Versioning that was enabled once can only be suspended. */
async function setVersioning(kernel: Kernel, Bucket: string, wanted: string | undefined): Promise<void> {
  const current = (await kernel.call("s3", "GetBucketVersioning", { Bucket })).Status;
  const Status = wanted ?? (current === undefined ? undefined : "Suspended");
  if (Status !== undefined && Status !== current) {
    await kernel.call("s3", "PutBucketVersioning", { Bucket, VersioningConfiguration: { Status } });
  }
}

/** CloudFormation's shape of a lifecycle rule → the API's. */
function toRule(rule: Record<string, any>): LifecycleRule {
  const noncurrent = rule.NoncurrentVersionExpiration ?? {
    NoncurrentDays: rule.NoncurrentVersionExpirationInDays,
  };
  const expiration = {
    ...(rule.ExpirationInDays !== undefined && { Days: Number(rule.ExpirationInDays) }),
    ...(rule.ExpirationDate !== undefined && { Date: rule.ExpirationDate }),
    ...(rule.ExpiredObjectDeleteMarker !== undefined && {
      ExpiredObjectDeleteMarker: String(rule.ExpiredObjectDeleteMarker) === "true",
    }),
  };
  const filter = {
    ...(rule.Prefix !== undefined && { Prefix: rule.Prefix }),
    ...(rule.TagFilters && { Tags: rule.TagFilters }),
    ...(rule.ObjectSizeGreaterThan !== undefined && {
      ObjectSizeGreaterThan: Number(rule.ObjectSizeGreaterThan),
    }),
    ...(rule.ObjectSizeLessThan !== undefined && { ObjectSizeLessThan: Number(rule.ObjectSizeLessThan) }),
  };
  return {
    ID: rule.Id,
    Status: rule.Status,
    Filter: Object.keys(filter).length > 0 ? { And: filter } : {},
    ...(Object.keys(expiration).length > 0 && { Expiration: expiration }),
    ...(noncurrent.NoncurrentDays !== undefined && {
      NoncurrentVersionExpiration: {
        NoncurrentDays: Number(noncurrent.NoncurrentDays),
        ...(noncurrent.NewerNoncurrentVersions !== undefined && {
          NewerNoncurrentVersions: Number(noncurrent.NewerNoncurrentVersions),
        }),
      },
    }),
    ...(rule.AbortIncompleteMultipartUpload && {
      AbortIncompleteMultipartUpload: {
        DaysAfterInitiation: Number(rule.AbortIncompleteMultipartUpload.DaysAfterInitiation),
      },
    }),
  };
}
