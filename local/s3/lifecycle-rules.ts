import { invalidArgument } from "./errors.ts";
import type { Version } from "./version.ts";

const DAY = 86_400_000;

/** A rule of PutBucketLifecycleConfiguration, as in the API. */
export interface LifecycleRule {
  ID?: string;
  Status: "Enabled" | "Disabled";
  Prefix?: string;
  Filter?: LifecycleFilter & { And?: LifecycleFilter & { Tags?: Tag[] } };
  Expiration?: { Days?: number; Date?: string | number | Date; ExpiredObjectDeleteMarker?: boolean };
  NoncurrentVersionExpiration?: { NoncurrentDays: number; NewerNoncurrentVersions?: number };
  AbortIncompleteMultipartUpload?: { DaysAfterInitiation: number };
}

interface LifecycleFilter {
  Prefix?: string;
  Tag?: Tag;
  ObjectSizeGreaterThan?: number;
  ObjectSizeLessThan?: number;
}

interface Tag {
  Key: string;
  Value: string;
}

/** Members that move objects between storage classes, which has no visible effect here. */
const WITHOUT_EFFECT = ["Transitions", "NoncurrentVersionTransitions"];
const SERVED = [
  "ID",
  "Status",
  "Prefix",
  "Filter",
  "Expiration",
  "NoncurrentVersionExpiration",
  "AbortIncompleteMultipartUpload",
];

/** Throws InvalidArgument for a rule with an unsupported member or an invalid duration. */
export function checkRules(rules: LifecycleRule[]): LifecycleRule[] {
  for (const rule of rules) {
    const unknown = Object.keys(rule).find(
      (name) => !SERVED.includes(name) && !WITHOUT_EFFECT.includes(name),
    );
    if (unknown)
      throw invalidArgument(
        `The local cloud does not serve ${unknown} of a lifecycle rule.`,
        unknown,
        rule.ID,
      );
    const days = [
      rule.Expiration?.Days,
      rule.NoncurrentVersionExpiration?.NoncurrentDays,
      rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation,
    ];
    for (const value of days) {
      if (value !== undefined && !(Number.isInteger(value) && value > 0)) {
        throw invalidArgument("A lifecycle action's days must be a positive integer", "Days", value);
      }
    }
  }
  return rules;
}

export const prefixOf = (rule: LifecycleRule): string =>
  rule.Prefix ?? rule.Filter?.Prefix ?? rule.Filter?.And?.Prefix ?? "";

/** Whether the rule applies to this version, by its tags and size. */
export function applies(rule: LifecycleRule, version: Version): boolean {
  const filters = [rule.Filter ?? {}, rule.Filter?.And ?? {}];
  const tags = [rule.Filter?.Tag, rule.Filter?.And?.Tag, ...(rule.Filter?.And?.Tags ?? [])];
  return (
    tags.every((tag) => tag === undefined || version.tags[tag.Key] === tag.Value) &&
    filters.every(
      ({ ObjectSizeGreaterThan = -1, ObjectSizeLessThan = Number.POSITIVE_INFINITY }) =>
        version.size > Number(ObjectSizeGreaterThan) && version.size < Number(ObjectSizeLessThan),
    )
  );
}

/** Days since the epoch, each beginning at midnight UTC. */
export const dayOf = (now: number): number => Math.floor(now / DAY);

/**
 * Whether something is that many days old: S3 rounds the end of an object's days up to the next midnight UTC.
 */
export const cutoff = (now: number, days: number): number => (dayOf(now) - days) * DAY;
