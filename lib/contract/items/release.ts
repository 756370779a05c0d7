import type { Release } from "../release.ts";
import type { Item } from "./item.ts";

/** A deployed version of a workflow. Kept for longer than there can be runs of it. */
export interface ReleaseItem extends Item, Release {
  kind: "release";
  /** ISO time of the last deployment. */
  deployedAt: string;
}
