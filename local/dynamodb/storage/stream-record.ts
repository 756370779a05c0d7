import { withMembers } from "../../kernel/json-members.ts";
import type { StreamViewType } from "../table.ts";
import type { AttributeMap } from "../value/attribute-value.ts";
import { itemSize } from "../value/item-size.ts";
import type { StoredImage } from "./image.ts";
import type { StreamRecord } from "./recent-records.ts";
import { writeSequence } from "./sequence.ts";

export type RecordImage = Pick<StoredImage, "item" | "size" | "text">;

/** A write of an item, with what its record has. */
export interface RecordedWrite {
  sequence: number;
  /** In milliseconds since the epoch. */
  time: number;
  event: string;
  keys: AttributeMap;
  before: RecordImage | undefined;
  after: RecordImage | undefined;
  by?: "timeToLive" | undefined;
}

/** The names of the key attributes in a stream's key schema, which is stored as JSON. */
export function keyNamesIn(keySchema: string): string[] {
  return JSON.parse(keySchema).map((key: { AttributeName: string }) => key.AttributeName);
}

/** The record of a write in a stream. Its JSON is put together from that of its images. */
export function recordOf(write: RecordedWrite, viewType: StreamViewType, awsRegion: string): StreamRecord {
  const { sequence, time, before, after, by } = write;
  const both = viewType === "NEW_AND_OLD_IMAGES";
  const newImage = both || viewType === "NEW_IMAGE" ? after : undefined;
  const oldImage = both || viewType === "OLD_IMAGE" ? before : undefined;
  const rest = {
    eventID: write.event,
    eventName: before ? (after ? "MODIFY" : "REMOVE") : "INSERT",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion,
  };
  const dynamodb = {
    ApproximateCreationDateTime: Math.floor(time / 1000),
    Keys: write.keys,
    SizeBytes: itemSize(write.keys) + (newImage?.size ?? 0) + (oldImage?.size ?? 0),
    StreamViewType: viewType,
  };
  const number = writeSequence(sequence);
  const record = {
    ...rest,
    ...(by && { userIdentity: { PrincipalId: "dynamodb.amazonaws.com", Type: "Service" } }),
    dynamodb: {
      ...dynamodb,
      ...(newImage && { NewImage: newImage.item }),
      ...(oldImage && { OldImage: oldImage.item }),
      SequenceNumber: number,
    },
  };
  const bare = JSON.stringify({ ...rest, dynamodb });
  const images = `${newImage ? `,"NewImage":${newImage.text}` : ""}${oldImage ? `,"OldImage":${oldImage.text}` : ""}`;
  const members = `${bare.slice(1, -2)}${images},"SequenceNumber":"${number}"}`;
  // A function receives the identity in another form.
  if (!by) withMembers(record, members);
  return { sequence, time, record, length: members.length };
}
