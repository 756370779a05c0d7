import { ServiceError } from "../kernel/errors.ts";
import {
  conditionalRequestConflict,
  headerNotImplemented,
  noSuchKey,
  notModified,
  preconditionFailed,
} from "./errors.ts";

export interface Conditions {
  IfMatch?: string;
  IfNoneMatch?: string;
  IfModifiedSince?: string | number | Date;
  IfUnmodifiedSince?: string | number | Date;
}

interface Existing {
  etag: string;
  modified_at: number;
}

const matches = (header: string, etag: string) =>
  header.split(",").some((given) => {
    const wanted = given.trim().replace(/^W\//, "").replaceAll('"', "");
    return wanted === "*" || wanted === etag;
  });

/** HTTP dates have whole seconds. An invalid date is ignored, as in HTTP. */
const seconds = (time: string | number | Date) => Math.floor(new Date(time).getTime() / 1000);

/**
 * Throws 412 PreconditionFailed or 304 NotModified, in the precedence of RFC 9110. A condition with a future
 * time is ignored.
 */
export function checkRead(conditions: Conditions, existing: Existing, now: number): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  const modified = Math.floor(existing.modified_at / 1000);
  if (IfMatch !== undefined) {
    if (!matches(IfMatch, existing.etag)) throw preconditionFailed("If-Match");
  } else if (IfUnmodifiedSince !== undefined && modified > seconds(IfUnmodifiedSince)) {
    throw preconditionFailed("If-Unmodified-Since");
  }
  if (IfNoneMatch !== undefined) {
    if (matches(IfNoneMatch, existing.etag)) throw notModified();
  } else if (IfModifiedSince !== undefined) {
    const since = seconds(IfModifiedSince);
    if (modified <= since && since * 1000 <= now) throw notModified();
  }
}

/**
 * Throws 412 PreconditionFailed if the source of a copy does not meet the request's conditions; this is never
 * a 304.
 */
export function checkCopySource(input: Record<string, any>, existing: Existing, now: number): void {
  const refuse = (condition: string) => preconditionFailed(`x-amz-copy-source-${condition}`);
  try {
    checkRead(
      {
        IfMatch: input.CopySourceIfMatch,
        IfNoneMatch: input.CopySourceIfNoneMatch,
        IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
        IfModifiedSince: input.CopySourceIfModifiedSince,
      },
      existing,
      now,
    );
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { Condition } = error.details;
    if (typeof Condition === "string") throw refuse(Condition);
    throw refuse(input.CopySourceIfNoneMatch === undefined ? "If-Modified-Since" : "If-None-Match");
  }
}

/** Throws if a conditional write or delete must not happen. `existing` is the key's current object. */
export function checkWrite(conditions: Conditions, key: string, existing: Existing | undefined): void {
  const { IfMatch, IfNoneMatch } = conditions;
  if (IfNoneMatch !== undefined && existing && matches(IfNoneMatch, existing.etag)) {
    throw preconditionFailed("If-None-Match");
  }
  if (IfMatch !== undefined) {
    if (!existing) throw noSuchKey(key);
    if (!matches(IfMatch, existing.etag)) throw preconditionFailed("If-Match");
  }
}

/**
 * Throws NotImplemented for conditions that a write does not support: it may name an entity tag, or require
 * that there is no object.
 */
export function checkWriteHeaders({ IfMatch, IfNoneMatch }: Conditions): void {
  if (IfMatch !== undefined && IfNoneMatch !== undefined) {
    throw headerNotImplemented(
      "If-Match,If-None-Match",
      "Multiple conditional request headers present in the request",
    );
  }
  const refused =
    IfMatch === "*"
      ? "If-Match"
      : IfNoneMatch !== undefined && IfNoneMatch !== "*"
        ? "If-None-Match"
        : undefined;
  if (refused !== undefined) {
    throw headerNotImplemented(
      refused,
      `We don't accept the provided value of ${refused} header for this API`,
    );
  }
}

/**
 * Throws ConditionalRequestConflict if the object that an upload may replace was written after the upload
 * began.
 */
export function checkUnchangedSince(
  { IfMatch }: Conditions,
  key: string,
  existing: Existing | undefined,
  since: number,
): void {
  if (IfMatch !== undefined && existing && existing.modified_at > since) {
    throw conditionalRequestConflict("If-Match", key);
  }
}
