import { type SharedFolder, sharedPrefix } from "../../../../lib/contract/shared-files.ts";
import type { SharedFiles } from "../../ports/files.ts";

/**
 * The folder that a step or reaction shares with others. Its client is loaded at the first use. If none is
 * declared, each use throws an error that says what to declare.
 */
export function sharedFilesOf(bucket: string, name: string, shared: SharedFolder | undefined): SharedFiles {
  const prefix = () => {
    if (shared) return sharedPrefix(shared.folder);
    throw new Error(
      `"${name}" shares no folder. Declare it: shared: { folder: "…", access: "read and write" }.`,
    );
  };
  let opened: Promise<SharedFiles> | undefined;
  const open = (of: string) => {
    opened ??= import("./shared-files.ts").then(({ bucketSharedFiles }) => bucketSharedFiles(bucket, of));
    return opened;
  };
  return {
    uri: (key) => `s3://${bucket}/${prefix()}${key}`,
    read: async (key) => (await open(prefix())).read(key),
    write: async (...file) => (await open(prefix())).write(...file),
    remove: async (key) => (await open(prefix())).remove(key),
  };
}
