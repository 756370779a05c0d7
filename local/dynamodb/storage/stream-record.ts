import { withMembers } from "../../kernel/json-members.ts";
import type { StreamViewType } from "../table.ts";
import type { AttributeMap } from "../value/attribute-value.ts";
import type { StoredImage } from "./image.ts";

/** A record without its images, which are stored next to it. */
export interface BareRecord {
  dynamodb: { Keys: AttributeMap; [member: string]: unknown };
  [member: string]: unknown;
}

type RecordImage = Pick<StoredImage, "item" | "text">;

interface Images<Image> {
  newImage: Image | undefined;
  oldImage: Image | undefined;
}

/** The images that a stream shows. */
export function imagesIn<Image>(
  viewType: StreamViewType,
  { newImage, oldImage }: Images<Image>,
): Images<Image> {
  const both = viewType === "NEW_AND_OLD_IMAGES";
  return {
    newImage: both || viewType === "NEW_IMAGE" ? newImage : undefined,
    oldImage: both || viewType === "OLD_IMAGE" ? oldImage : undefined,
  };
}

/** A record as GetRecords returns it. `text` is the JSON of the record without images. */
export function withImages(
  { dynamodb, ...rest }: BareRecord,
  text: string,
  sequence: string,
  { newImage, oldImage }: Images<RecordImage>,
): object {
  const record = {
    ...rest,
    dynamodb: {
      ...dynamodb,
      ...(newImage && { NewImage: newImage.item }),
      ...(oldImage && { OldImage: oldImage.item }),
      SequenceNumber: sequence,
    },
  };
  // Of a record of time to live, another member is the last.
  if ("userIdentity" in rest) return record;
  const images = `${newImage ? `,"NewImage":${newImage.text}` : ""}${oldImage ? `,"OldImage":${oldImage.text}` : ""}`;
  return withMembers(record, `${text.slice(1, -2)}${images},"SequenceNumber":"${sequence}"}`);
}
