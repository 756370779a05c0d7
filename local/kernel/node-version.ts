import { version, versions } from "node:process";
import { UserError } from "./errors.ts";

const OLDEST = 24;

/** Throws if Node's own SQLite, in which the local cloud stores its data, is not complete yet. */
export function requireNode(): void {
  if (Number(versions.node.split(".")[0]) >= OLDEST) return;
  throw new UserError(
    `The local cloud needs Node ${OLDEST} or newer; this is Node ${version}. Install a newer Node.js.`,
  );
}
