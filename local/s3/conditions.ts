import { noSuchKey, notModified, preconditionFailed } from "./errors.ts";

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

/** HTTP dates have whole seconds. A date that cannot be read is no condition, as in HTTP. */
const seconds = (time: string | number | Date) => Math.floor(new Date(time).getTime() / 1000);

/** Throws 412 PreconditionFailed or 304 NotModified, in the precedence of RFC 9110. */
export function checkRead(conditions: Conditions, existing: Existing): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  const modified = Math.floor(existing.modified_at / 1000);
  if (IfMatch !== undefined) {
    if (!matches(IfMatch, existing.etag)) throw preconditionFailed("If-Match");
  } else if (IfUnmodifiedSince !== undefined && modified > seconds(IfUnmodifiedSince)) {
    throw preconditionFailed("If-Unmodified-Since");
  }
  if (IfNoneMatch !== undefined) {
    if (matches(IfNoneMatch, existing.etag)) throw notModified();
  } else if (IfModifiedSince !== undefined && modified <= seconds(IfModifiedSince)) {
    throw notModified();
  }
}

/** Throws where a conditional write or delete must not happen. `existing` is the key's current object. */
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
