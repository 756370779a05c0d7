import { accessSync, constants, existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { closeOwn } from "../kernel/data-file.ts";
import { UserError } from "../kernel/errors.ts";
import { Store } from "../kernel/store.ts";

const FILE = "cloud.sqlite";
const OWNER_ONLY = 0o700;

/**
 * The store in a data folder, which no other user of this machine may read: it contains tokens, secrets and
 * payloads. Undefined stores nothing. Throws UserError if the folder cannot be used.
 */
export function openStore(data: string | undefined): Store {
  if (data === undefined) return Store.open(":memory:");
  prepareFolder(data);
  return Store.open(join(data, FILE));
}

/** Creates the folder if it does not exist. Throws UserError if that fails. */
export function prepareFolder(data: string): void {
  try {
    makeFolder(resolve(data));
    const content = readdirSync(data);
    accessSync(data, constants.R_OK | constants.W_OK | constants.X_OK);
    // The permissions of a folder with other content are the user's choice. The data's files are private in
    // any case.
    if (content.every((name) => name.startsWith(FILE))) closeOwn(data, OWNER_ONLY);
  } catch (error) {
    throw new UserError(
      `${data} cannot be the data folder: ${(error as Error).message}. Choose another with --data.`,
    );
  }
}

/**
 * One folder after another: if a file system denies a folder that it reports as missing, `recursive` never
 * ends.
 */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path, { mode: OWNER_ONLY });
}
