import type { Kernel } from "../kernel/kernel.ts";
import type { Bucket } from "./buckets.ts";
import { applies, cutoff, dayOf, type LifecycleRule, prefixOf } from "./lifecycle-rules.ts";
import type { Cause, Notifications } from "./notifications.ts";
import type { Uploads } from "./uploads.ts";
import type { Versions } from "./versions.ts";

/**
 * Lifecycle expiration, applied when a bucket is used: S3 does not specify when it removes expired objects,
 * only that they are no longer visible. Ages are counted in days that end at midnight UTC, so a bucket needs
 * to be checked once a day.
 */
export class Lifecycle {
  private readonly kernel: Kernel;
  private readonly versions: Versions;
  private readonly uploads: Uploads;
  private readonly notifications: Notifications;
  /** Bucket → the day of its last check; losing it costs only another check. */
  private readonly swept = new Map<string, number>();

  constructor(kernel: Kernel, versions: Versions, uploads: Uploads, notifications: Notifications) {
    this.kernel = kernel;
    this.versions = versions;
    this.uploads = uploads;
    this.notifications = notifications;
  }

  /** Removes expired objects; answers the bucket. */
  applyTo(bucket: Bucket): Bucket {
    if (!bucket.lifecycle) return bucket;
    const today = dayOf(this.kernel.clock.now());
    if (this.swept.get(bucket.name) === today) return bucket;
    for (const rule of bucket.lifecycle) {
      if (rule.Status === "Enabled") this.kernel.store.atomically(() => this.apply(bucket, rule));
    }
    this.swept.set(bucket.name, today);
    return bucket;
  }

  /** The rules of the bucket changed. */
  changed(bucket: Bucket): void {
    this.swept.delete(bucket.name);
  }

  private apply(bucket: Bucket, rule: LifecycleRule): void {
    const now = this.kernel.clock.now();
    const { Expiration, NoncurrentVersionExpiration, AbortIncompleteMultipartUpload } = rule;
    const cause: Cause = {
      requestId: this.kernel.random.uuid(),
      requester: "s3.amazonaws.com",
      reason: "Lifecycle Expiration",
    };
    if (Expiration?.Days !== undefined) this.expire(bucket, rule, cutoff(now, Expiration.Days), cause);
    if (Expiration?.Date !== undefined && now >= new Date(Expiration.Date).getTime()) {
      this.expire(bucket, rule, now, cause);
    }
    if (NoncurrentVersionExpiration) this.expireNoncurrent(bucket, rule, now, cause);
    if (Expiration?.ExpiredObjectDeleteMarker) this.dropLoneMarkers(bucket, rule, cause);
    if (AbortIncompleteMultipartUpload) {
      this.uploads.abortBefore(
        bucket.name,
        prefixOf(rule),
        cutoff(now, AbortIncompleteMultipartUpload.DaysAfterInitiation),
      );
    }
  }

  private expire(bucket: Bucket, rule: LifecycleRule, before: number, cause: Cause): void {
    const old = this.versions.all(
      "SELECT * FROM s3_object WHERE bucket = ? AND latest = 1 AND modified_at <= ? AND marker = 0 ORDER BY modified_at",
      bucket.name,
      before,
    );
    for (const version of old) {
      if (!version.key.startsWith(prefixOf(rule)) || !applies(rule, version)) continue;
      this.notifications.deleted(bucket, this.versions.hide(bucket, version.key) ?? version, cause);
    }
  }

  private expireNoncurrent(bucket: Bucket, rule: LifecycleRule, now: number, cause: Cause): void {
    const { NoncurrentDays, NewerNoncurrentVersions = 0 } = rule.NoncurrentVersionExpiration!;
    const old = this.versions.all(
      "SELECT * FROM s3_object WHERE bucket = ? AND latest = 0 AND superseded_at <= ? ORDER BY superseded_at",
      bucket.name,
      cutoff(now, NoncurrentDays),
    );
    for (const version of old) {
      if (!version.key.startsWith(prefixOf(rule)) || !applies(rule, version)) continue;
      const { newer } = this.kernel.store.get(
        "SELECT count(*) AS newer FROM s3_object WHERE bucket = ? AND key = ? AND sequence > ? AND latest = 0",
        bucket.name,
        version.key,
        version.sequence,
      )!;
      if (newer < NewerNoncurrentVersions) continue;
      this.versions.remove(version);
      this.notifications.deleted(bucket, { ...version, marker: false }, cause);
    }
  }

  /** Delete markers without older versions. */
  private dropLoneMarkers(bucket: Bucket, rule: LifecycleRule, cause: Cause): void {
    const markers = this.versions.all(
      `SELECT * FROM s3_object AS marker WHERE bucket = ? AND latest = 1 AND marker = 1 AND NOT EXISTS
         (SELECT 1 FROM s3_object WHERE bucket = marker.bucket AND key = marker.key AND sequence < marker.sequence)`,
      bucket.name,
    );
    for (const marker of markers) {
      if (!marker.key.startsWith(prefixOf(rule))) continue;
      this.versions.remove(marker);
      this.notifications.deleted(bucket, { ...marker, marker: false }, cause);
    }
  }
}
