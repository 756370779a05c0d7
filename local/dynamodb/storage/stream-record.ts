import { withMembers } from "../../kernel/json-members.ts";
import type { AttributeMap } from "../value/attribute-value.ts";
import type { StoredImage } from "./image.ts";

/** A record without its images, which are stored next to it. */
export interface BareRecord {
  dynamodb: { Keys: AttributeMap; [member: string]: unknown };
  [member: string]: unknown;
}

type RecordImage = Pick<StoredImage, "item" | "text">;

/** A record as GetRecords returns it. `text` is the JSON of the record without images. */
export function withImages(
  { dynamodb, ...rest }: BareRecord,
  text: string,
  sequence: string,
  newImage: RecordImage | undefined,
  oldImage: RecordImage | undefined,
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
