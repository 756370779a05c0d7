import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, expect, test } from "vitest";
import { failedRecords } from "../../../../lambdas/runtime/aws/relay/failed-records.ts";
import { served } from "../../../local/cloud/served.ts";

const { client: settings } = await served();
const client = new S3Client({ ...settings, forcePathStyle: true });
afterAll(() => client.destroy());

test("all batches are listed, also if S3 lists them in several pages", async () => {
  await client.send(new CreateBucketCommand({ Bucket: "artifacts" }));
  const names = Array.from({ length: 5 }, (_, at) => `aws/lambda/mapping/shard/${at}`);
  for (const Key of [...names, "aws/lambda/another/shard/0"])
    await client.send(new PutObjectCommand({ Bucket: "artifacts", Key, Body: "{}" }));
  client.middlewareStack.add(
    (next) => (args) => next({ ...args, input: Object.assign(args.input, { MaxKeys: 2 }) }),
    { step: "initialize" },
  );
  expect(await failedRecords("artifacts", "aws/lambda/mapping/", client).list()).toEqual(names);
});
