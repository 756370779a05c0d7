import { versions } from "node:process";
import { UserError } from "./errors.ts";

/** Throws if Node's own SQLite cannot copy databases, which the local cloud needs. */
export function requireNode(version: string = versions.node): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  // SQLite's copies came to Node 24 in 24.16, and never to Node 25.
  if (major >= 26 || (major === 24 && minor >= 16)) return;
  throw new UserError(
    `The local cloud needs Node 24.16 or a newer version of Node 24, or Node 26 or newer; this is Node ${version}. Install one of them.`,
  );
}
