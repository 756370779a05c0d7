import type { AttributeMap } from "../value/attribute-value.ts";

/** A record without its images, which are stored next to it. */
export interface BareRecord {
  dynamodb: { Keys: AttributeMap; [member: string]: unknown };
  [member: string]: unknown;
}

/** A record as GetRecords returns it. */
export function withImages(
  { dynamodb, ...rest }: BareRecord,
  sequence: string,
  newImage: AttributeMap | undefined,
  oldImage: AttributeMap | undefined,
): object {
  return {
    ...rest,
    dynamodb: {
      ...dynamodb,
      ...(newImage && { NewImage: newImage }),
      ...(oldImage && { OldImage: oldImage }),
      SequenceNumber: sequence,
    },
  };
}
