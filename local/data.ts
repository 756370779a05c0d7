import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "./kernel/errors.ts";
import { Store } from "./kernel/store.ts";

/** The store in a data folder; undefined keeps nothing. Throws UserError for a folder that cannot be one. */
export function openStore(data: string | undefined): Store {
  if (data === undefined) return Store.open(":memory:");
  try {
    mkdirSync(data, { recursive: true });
  } catch (error) {
    throw new UserError(
      `${data} cannot be the data folder: ${(error as Error).message}. Choose another with --data.`,
    );
  }
  return Store.open(join(data, "cloud.sqlite"));
}
