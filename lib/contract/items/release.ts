import type { Release } from "../release.ts";
import type { Item } from "./item.ts";

/** A deployed version of a workflow. It is stored for longer than any run of it can exist. */
export interface ReleaseItem extends Item, Release {
  kind: "release";
  /** ISO time of the last deployment. */
  deployedAt: string;
}
