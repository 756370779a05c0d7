import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { type IRole, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../contract/environment.ts";
import { EXPIRES, PAYLOADS } from "../contract/payload.ts";
import { type SharedFolder, sharedPrefix } from "../contract/shared-files.ts";
import type { HandlerFunction } from "./handler-function.ts";

export interface ArtifactBucketProps {
  /**
   * Days for which the table keeps the items of a run: its large values, and records that a stream could not
   * deliver, are kept for a week longer.
   */
  readonly retentionDays: number;
  /** @default retain */
  readonly removalPolicy?: RemovalPolicy;
}

/** DynamoDB deletes an expired item within days. */
const MARGIN_DAYS = 7;

/** Where Lambda stores records that a stream could not deliver. */
export const LAMBDA_FOLDER = "aws/lambda/";

/** Files of runs: images, videos, everything that is too large for an event. */
export class ArtifactBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { retentionDays, removalPolicy }: ArtifactBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, "Bucket", {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      removalPolicy: removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(7) },
        {
          id: "PayloadsExpire",
          tagFilters: { [EXPIRES.key]: EXPIRES.value },
          expiration: Duration.days(retentionDays + MARGIN_DAYS),
        },
        {
          // The relay's, too: its changes are of no use when the table no longer has the runs.
          id: "FailedRecordsExpire",
          prefix: LAMBDA_FOLDER,
          expiration: Duration.days(retentionDays + MARGIN_DAYS),
        },
      ],
    });
  }

  /** Lets a function read or write the files under some prefixes, "workflow/". */
  connect(
    handler: HandlerFunction,
    access: "read" | "write" | "read and write" | undefined,
    ...prefixes: string[]
  ): void {
    handler.addEnvironment(ENVIRONMENT.artifacts, this.bucket.bucketName);
    const actions = [
      ...(access?.includes("read") ? ["s3:GetObject"] : []),
      ...(access?.includes("write") ? ["s3:PutObject"] : []),
    ];
    if (actions.length > 0)
      handler.allow(actions, ...prefixes.map((prefix) => this.bucket.arnForObjects(`${prefix}*`)));
  }

  /** Lets a state machine read the stored values of its runs. */
  grantReadPayloads(role: IRole, workflow: string): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ["s3:GetObject"],
        resources: [this.bucket.arnForObjects(`${workflow}/*/${PAYLOADS}*`)],
      }),
    );
  }

  /** Lets a function use the folder that it shares with others, if it names one. */
  grantShared(handler: HandlerFunction, shared: SharedFolder | undefined): void {
    if (!shared) return;
    const writes = shared.access === "read and write" ? ["s3:PutObject", "s3:DeleteObject"] : [];
    handler.allow(["s3:GetObject", ...writes], this.bucket.arnForObjects(`${sharedPrefix(shared.folder)}*`));
  }

  /**
   * Lets a function restore, or offload, the large values of a workflow's runs; without a workflow, of all.
   */
  connectPayloads(
    handler: HandlerFunction,
    access: "read" | "write" | "read and write",
    workflow = "*",
  ): void {
    handler.addEnvironment(ENVIRONMENT.artifacts, this.bucket.bucketName);
    const reads = access.includes("read") ? ["s3:GetObject"] : [];
    const writes = access.includes("write") ? ["s3:PutObject", "s3:PutObjectTagging"] : [];
    const payloads = this.bucket.arnForObjects(`${workflow}/*/${PAYLOADS}*`);
    handler.allow([...reads, ...writes], payloads);
  }
}
