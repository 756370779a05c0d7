import { lazyCommand } from "./lazy-sdk.ts";
import { loadSdk } from "./load-sdk.ts";
import type * as Sdk from "./sdk/s3.ts";

type Name = Extract<keyof typeof Sdk, `${string}Command`>;

const command = <Of extends Name>(name: Of) =>
  lazyCommand<(typeof Sdk)[Of]>(name, async () => (await loadSdk("s3"))[name]);

export const DeleteObjectCommand = command("DeleteObjectCommand");
export const GetObjectCommand = command("GetObjectCommand");
export const ListObjectsV2Command = command("ListObjectsV2Command");
export const PutObjectCommand = command("PutObjectCommand");
