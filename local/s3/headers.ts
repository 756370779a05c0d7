import { invalidStorageClass, metadataTooLarge, notImplemented } from "./errors.ts";

/** Metadata that is stored with a body and returned with it. */
export interface ObjectHeaders {
  ContentType?: string;
  CacheControl?: string;
  ContentDisposition?: string;
  ContentEncoding?: string;
  ContentLanguage?: string;
  Expires?: string;
  WebsiteRedirectLocation?: string;
  StorageClass?: string;
  ServerSideEncryption?: string;
  SSEKMSKeyId?: string;
  Metadata?: Record<string, string>;
}

/** API member → HTTP header. */
export const STORED_HEADERS: Record<string, string> = {
  ContentType: "content-type",
  CacheControl: "cache-control",
  ContentDisposition: "content-disposition",
  ContentEncoding: "content-encoding",
  ContentLanguage: "content-language",
  Expires: "expires",
  WebsiteRedirectLocation: "x-amz-website-redirect-location",
  StorageClass: "x-amz-storage-class",
  ServerSideEncryption: "x-amz-server-side-encryption",
  SSEKMSKeyId: "x-amz-server-side-encryption-aws-kms-key-id",
};

/** Parameters that cannot be ignored silently. */
const REFUSED = [
  "ObjectLockMode",
  "ObjectLockRetainUntilDate",
  "ObjectLockLegalHoldStatus",
  "SSECustomerAlgorithm",
  "SSECustomerKey",
  "CopySourceSSECustomerAlgorithm",
  "WriteOffsetBytes",
];

const STORAGE_CLASSES = [
  "STANDARD",
  "REDUCED_REDUNDANCY",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER",
  "DEEP_ARCHIVE",
  "GLACIER_IR",
];

const LARGEST_METADATA = 2048;

/**
 * Throws NotImplemented for an unsupported parameter, InvalidStorageClass for an unknown class,
 * MetadataTooLarge over 2 KB.
 */
export function objectHeaders(input: Record<string, any>): ObjectHeaders {
  const refused = REFUSED.find((name) => input[name] !== undefined);
  if (refused) throw notImplemented(`the parameter ${refused}`);
  const { StorageClass: storage } = input;
  if (storage !== undefined && !STORAGE_CLASSES.includes(storage)) throw invalidStorageClass(storage);
  const headers: ObjectHeaders = {};
  for (const name of Object.keys(STORED_HEADERS) as (keyof ObjectHeaders)[]) {
    if (input[name] !== undefined)
      headers[name] = input[name] instanceof Date ? input[name].toUTCString() : input[name];
  }
  const metadata = Object.entries(input.Metadata ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    String(value),
  ]);
  if (metadata.length > 0) {
    const size = metadata.reduce((sum, [name, value]) => sum + Buffer.byteLength(name! + value!), 0);
    if (size > LARGEST_METADATA) throw metadataTooLarge(size);
    headers.Metadata = Object.fromEntries(metadata);
  }
  return headers;
}
