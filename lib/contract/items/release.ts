import type { Release } from "../release.ts";
import type { Item } from "./item.ts";

/** A deployed version of a workflow. It is stored for longer than any run of it can exist. */
export interface ReleaseItem extends Item, Omit<Release, "machine"> {
  kind: "release";
  /** ISO time of the last deployment. */
  deployedAt: string;
}

/** The state machine of a version whose runs do without an execution, for as long as the release. */
export interface ReleaseMachineItem extends Item, Pick<Release, "machine"> {
  kind: "release-machine";
}
