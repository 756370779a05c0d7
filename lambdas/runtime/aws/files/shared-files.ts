import type { S3Client } from "@aws-sdk/client-s3";
import { type SharedFolder, sharedPrefix } from "../../../../lib/contract/shared-files.ts";
import type { SharedFiles } from "../../ports/files.ts";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "../client/s3-commands.ts";
import { client as ownClient } from "./bucket-client.ts";

/** S3's errors for a missing object, which depend on the permission to list. */
const ABSENT = ["NoSuchKey", "AccessDenied"];
/**
 * S3's errors if there is another version, if another write is in progress, or if the object no longer
 * exists.
 */
const OTHERWISE = ["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"];

/** A shared folder of the artifact bucket, by its prefix. Versions are entity tags. */
export function bucketSharedFiles(bucket: string, prefix: string, client: S3Client = ownClient): SharedFiles {
  const place = (key: string) => ({ Bucket: bucket, Key: `${prefix}${key}` });
  return {
    uri: (key) => `s3://${bucket}/${prefix}${key}`,
    async read(key) {
      try {
        const { Body, ETag } = await client.send(new GetObjectCommand(place(key)));
        return { body: await Body!.transformToByteArray(), version: ETag! };
      } catch (error) {
        if (ABSENT.includes((error as Error).name)) return undefined;
        throw error;
      }
    },
    async write(key, body, contentType, over) {
      const condition = over === null ? { IfNoneMatch: "*" } : { IfMatch: over };
      try {
        await client.send(
          new PutObjectCommand({ ...place(key), ...condition, Body: body, ContentType: contentType }),
        );
        return true;
      } catch (error) {
        if (over !== undefined && OTHERWISE.includes((error as Error).name)) return false;
        throw error;
      }
    },
    async remove(key) {
      await client.send(new DeleteObjectCommand(place(key)));
    },
  };
}

/**
 * The folder that a step or reaction shares with others. If none is declared, each use throws an error that
 * says what to declare.
 */
export function sharedFilesOf(bucket: string, name: string, shared: SharedFolder | undefined): SharedFiles {
  const files = shared && bucketSharedFiles(bucket, sharedPrefix(shared.folder));
  const declared = () => {
    if (files) return files;
    throw new Error(
      `"${name}" shares no folder. Declare it: shared: { folder: "…", access: "read and write" }.`,
    );
  };
  return {
    uri: (key) => declared().uri(key),
    read: async (key) => await declared().read(key),
    write: async (...file) => await declared().write(...file),
    remove: async (key) => await declared().remove(key),
  };
}
