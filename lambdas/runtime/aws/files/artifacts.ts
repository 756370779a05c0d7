import { EXPIRES, PAYLOADS } from "../../../../lib/contract/payload.ts";
import type { Artifacts } from "../../ports/files.ts";
import { GetObjectCommand, PutObjectCommand } from "../client/s3-commands.ts";
import { client } from "./bucket-client.ts";

/** Files of one run in the artifact bucket, under a prefix such as "workflow/run/". */
export function bucketArtifacts(bucket: string, prefix: string): Artifacts {
  const root = `s3://${bucket}/`;
  return {
    uri: (key) => `${root}${prefix}${key}`,
    async put(key, body, contentType) {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: `${prefix}${key}`,
          Body: body,
          ContentType: contentType,
          Tagging: key.startsWith(PAYLOADS) ? `${EXPIRES.key}=${EXPIRES.value}` : undefined,
        }),
      );
      return `${root}${prefix}${key}`;
    },
    async get(uriOrKey) {
      const key = uriOrKey.startsWith(root) ? uriOrKey.slice(root.length) : `${prefix}${uriOrKey}`;
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return await Body!.transformToByteArray();
    },
  };
}

/** The run's prefix in the artifact bucket. */
export function artifactsOf(bucket: string): (workflow: string, run: string) => Artifacts {
  return (workflow, run) => bucketArtifacts(bucket, `${workflow}/${run}/`);
}
