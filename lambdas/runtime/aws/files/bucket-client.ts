import { S3Client } from "@aws-sdk/client-s3";

/** Path style, so that a bucket needs no DNS name of its own. */
export const client = new S3Client({ forcePathStyle: true });
