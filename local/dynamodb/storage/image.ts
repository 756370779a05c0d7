import type { AttributeMap } from "../value/attribute-value.ts";

/** An item as it was or is. It never changes: a write makes another one. */
export interface Image {
  item: AttributeMap;
  /** In bytes, as the service counts it. */
  size: number;
}

export interface StoredImage extends Image {
  /** The number of the item's row. */
  id: number;
  /** The number of the image's own row. */
  image: number;
  /** The item as compact JSON. */
  text: string;
}
