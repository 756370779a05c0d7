import type { Item } from "./item.ts";

/** A part of a message body that is too large for the message's item. It is stored next to it. */
export interface BodyPartItem extends Item {
  kind: "body-part";
  bytes: Uint8Array;
}
