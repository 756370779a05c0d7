import type { Item } from "./item.ts";

/** A part of a message's body that is too large for the item of the message. It lies beside that. */
export interface BodyPartItem extends Item {
  kind: "body-part";
  bytes: Uint8Array;
}
