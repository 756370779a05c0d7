import type { Kernel } from "../kernel/kernel.ts";
import type { SqlValue } from "../kernel/store.ts";
import type { Destination } from "./destinations.ts";
import { accessDenied, invalidBucketOwner, invalidRequest, noSuchBucket } from "./errors.ts";
import type { LifecycleRule } from "./lifecycle-rules.ts";

export interface Bucket {
  name: string;
  createdAt: number;
  versioning: "Enabled" | "Suspended" | undefined;
  /** Whether "Object Created" and other events go to the default event bus. */
  eventBridge: boolean;
  /** The queues, topics and functions that are notified. */
  destinations: Destination[];
  lifecycle: LifecycleRule[] | undefined;
  policy: string | undefined;
  tags: Record<string, string> | undefined;
}

const SELECT = "SELECT * FROM s3_bucket LEFT JOIN s3_destination ON bucket = name";

/** The rows of `s3_bucket`. */
export class Buckets {
  private readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  find(name: string): Bucket | undefined {
    const row = this.kernel.store.get(`${SELECT} WHERE name = ?`, name);
    return row && parse(row);
  }

  /** The bucket of a request. Throws NoSuchBucket, and AccessDenied if the caller expects another owner. */
  of(input: { Bucket?: string; ExpectedBucketOwner?: string }): Bucket {
    const { ExpectedBucketOwner: owner = this.kernel.account } = input;
    if (!/^\d{12}$/.test(owner)) throw invalidBucketOwner(owner);
    if (!input.Bucket) throw invalidRequest("The request must contain the parameter Bucket.");
    const bucket = this.find(input.Bucket);
    if (!bucket) throw noSuchBucket(input.Bucket);
    if (owner !== this.kernel.account) throw accessDenied();
    return bucket;
  }

  list(prefix: string, after: string, limit: number): Bucket[] {
    return this.kernel.store
      .all(
        `${SELECT} WHERE name > ? AND name >= ? AND name < ? ORDER BY name LIMIT ?`,
        after,
        prefix,
        `${prefix}\u{10ffff}`,
        limit,
      )
      .map(parse);
  }

  create(name: string): void {
    const now = this.kernel.clock.now();
    this.kernel.store.run("INSERT INTO s3_bucket (name, created_at) VALUES (?, ?)", name, now);
  }

  set(
    bucket: Bucket,
    column: "versioning" | "eventbridge" | "lifecycle" | "policy" | "tags",
    value: SqlValue,
  ): void {
    this.kernel.store.run(`UPDATE s3_bucket SET ${column} = ? WHERE name = ?`, value, bucket.name);
  }

  setDestinations({ name }: Bucket, destinations: Destination[]): void {
    this.kernel.store.run("DELETE FROM s3_destination WHERE bucket = ?", name);
    if (destinations.length === 0) return;
    this.kernel.store.run("INSERT INTO s3_destination VALUES (?, ?)", name, JSON.stringify(destinations));
  }

  delete(bucket: Bucket): void {
    this.setDestinations(bucket, []);
    this.kernel.store.run("DELETE FROM s3_bucket WHERE name = ?", bucket.name);
  }
}

function parse(row: Record<string, any>): Bucket {
  return {
    name: row.name,
    createdAt: row.created_at,
    versioning: row.versioning ?? undefined,
    eventBridge: row.eventbridge === 1,
    destinations: row.destinations === null ? [] : JSON.parse(row.destinations),
    lifecycle: row.lifecycle === null ? undefined : JSON.parse(row.lifecycle),
    policy: row.policy ?? undefined,
    tags: row.tags === null ? undefined : JSON.parse(row.tags),
  };
}
