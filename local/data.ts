import { accessSync, constants, existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { closeOwn } from "./kernel/data-file.ts";
import { UserError } from "./kernel/errors.ts";
import { Store } from "./kernel/store.ts";

const FILE = "cloud.sqlite";
const OWNER_ONLY = 0o700;

/**
 * The store in a data folder, which no other user of this machine may read: it holds tokens, secrets and payloads.
 * Undefined keeps nothing. Throws UserError for a folder that cannot be one.
 */
export function openStore(data: string | undefined): Store {
  if (data === undefined) return Store.open(":memory:");
  prepareFolder(data);
  return Store.open(join(data, FILE));
}

/** Makes the folder where there is none. Throws UserError where it cannot be one. */
export function prepareFolder(data: string): void {
  try {
    makeFolder(resolve(data));
    accessSync(data, constants.R_OK | constants.W_OK | constants.X_OK);
    // A folder that holds something else as well is the user's to open or close. The data's files are closed in any case.
    if (readdirSync(data).every((name) => name.startsWith(FILE))) closeOwn(data, OWNER_ONLY);
  } catch (error) {
    throw new UserError(
      `${data} cannot be the data folder: ${(error as Error).message}. Choose another with --data.`,
    );
  }
}

/** One folder after another: where a file system denies one that it says is absent, `recursive` never ends. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path, { mode: OWNER_ONLY });
}
