import type { Artifacts } from "../../ports/files.ts";

/** The artifact bucket. Its client is loaded at the first read or write, since most steps need neither. */
export function lazyArtifacts(bucket: string, prefix: string): Artifacts {
  let opened: Promise<Artifacts> | undefined;
  const open = () => {
    opened ??= import("./artifacts.ts").then(({ bucketArtifacts }) => bucketArtifacts(bucket, prefix));
    return opened;
  };
  return {
    uri: (key) => `s3://${bucket}/${prefix}${key}`,
    put: async (key, body, contentType) => (await open()).put(key, body, contentType),
    get: async (uriOrKey) => (await open()).get(uriOrKey),
  };
}

/** The run's prefix in the artifact bucket. */
export function artifactsOf(bucket: string): (workflow: string, run: string) => Artifacts {
  return (workflow, run) => lazyArtifacts(bucket, `${workflow}/${run}/`);
}
