/** Access to a folder of files that runs of all workflows share. */
export interface SharedFolder {
  /** Lower-case letters, digits and dashes: "published". */
  readonly folder: string;
  /** Writing includes removing. */
  readonly access: "read" | "read and write";
}

/** Where the folders are in the artifact bucket. No workflow or reaction can have this name. */
const ROOT = "_shared/";

/** The prefix of a folder's files in the artifact bucket. */
export function sharedPrefix(folder: string): string {
  return `${ROOT}${folder}/`;
}
