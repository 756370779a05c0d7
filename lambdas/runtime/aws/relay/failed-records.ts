import type { S3Client } from "@aws-sdk/client-s3";
import type { DynamoDBRecord } from "aws-lambda";
import type { FailedBatches } from "../../relay/failed-batches.ts";
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command } from "../client/s3-commands.ts";
import { client as ownClient } from "../files/bucket-client.ts";
import { changeOf } from "../table/stream-record.ts";

/**
 * The batches of a stream that a function could not handle: Lambda has stored each as an object in a bucket.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 * @param prefix "aws/lambda/" and the id of the stream's mapping, with a slash at its end
 */
export function failedRecords(bucket: string, prefix: string, client: S3Client = ownClient): FailedBatches {
  return {
    async list() {
      const names: string[] = [];
      for (let ContinuationToken: string | undefined; ; ) {
        const input = { Bucket: bucket, Prefix: prefix, ContinuationToken };
        const page = await client.send(new ListObjectsV2Command(input));
        names.push(...(page.Contents ?? []).map(({ Key }) => Key!));
        if (!page.NextContinuationToken) return names;
        ContinuationToken = page.NextContinuationToken;
      }
    },

    async read(name) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: name }));
      const { payload } = JSON.parse(await Body!.transformToString()) as { payload: string };
      const { Records } = JSON.parse(payload) as { Records: DynamoDBRecord[] };
      return Records.map(changeOf);
    },

    async remove(name) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: name }));
    },
  };
}
