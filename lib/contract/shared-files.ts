/** What code may do in a folder of files that runs of all workflows share. */
export interface SharedFolder {
  /** Lower-case letters, digits and dashes: "published". */
  readonly folder: string;
  /** To write is also to remove. */
  readonly access: "read" | "read and write";
}

/** Where the folders lie in the artifact bucket. No workflow or reaction can be named so. */
const ROOT = "_shared/";

/** The prefix of a folder's files in the artifact bucket. */
export function sharedPrefix(folder: string): string {
  return `${ROOT}${folder}/`;
}
