import type { Decided } from "../race.ts";
import type { Item, Origin } from "./item.ts";

/** The first way of a race that has finished. Written once; nothing of another way begins after that. */
export interface RaceItem extends Item, Origin, Decided {
  kind: "race";
  run: string;
  workflow: string;
}

/** A run that a way of a race has called: it is terminated if another way wins. */
export interface RaceChildItem extends Item {
  kind: "race-child";
  run: string;
  epoch: number;
  /** The path of the call. */
  path: string;
  /** Id of the called run. */
  child: string;
}
