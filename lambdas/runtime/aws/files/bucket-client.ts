import type { S3Client } from "@aws-sdk/client-s3";
import { lazyClient } from "../client/lazy-sdk.ts";
import { loadSdk } from "../client/load-sdk.ts";

const open = async () => new (await loadSdk("s3")).S3Client({ forcePathStyle: true });

/** Path style, so that a bucket needs no DNS name of its own. Most steps read and write no files. */
export const client = lazyClient<S3Client>(open);
