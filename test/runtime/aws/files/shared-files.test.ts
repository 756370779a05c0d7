import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll } from "vitest";
import { bucketSharedFiles } from "../../../../lambdas/runtime/aws/files/shared-files.ts";
import { served } from "../../../local/cloud/served.ts";
import { sharedFilesSuite } from "../../ports/shared-files.contract.ts";

const { client: settings } = await served();
const client = new S3Client({ ...settings, forcePathStyle: true });
await client.send(new CreateBucketCommand({ Bucket: "artifacts" }));
afterAll(() => client.destroy());

let folders = 0;
sharedFilesSuite("in the bucket", () => {
  const folder = `folder${"abcdefgh"[folders++]}`;
  return bucketSharedFiles("artifacts", `_shared/${folder}/`, client);
});
