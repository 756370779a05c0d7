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
  const { sequence, time, event: eventID, keys, before, after, by } = write;
  const both = viewType === "NEW_AND_OLD_IMAGES";
  const newImage = both || viewType === "NEW_IMAGE" ? after : undefined;
  const oldImage = both || viewType === "OLD_IMAGE" ? before : undefined;
  const eventName = before ? (after ? "MODIFY" : "REMOVE") : "INSERT";
  const seconds = Math.floor(time / 1000);
  const size = itemSize(keys) + (newImage?.size ?? 0) + (oldImage?.size ?? 0);
  const number = writeSequence(sequence);
  const record = {
    eventID,
    eventName,
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion,
    ...(by && { userIdentity: { PrincipalId: "dynamodb.amazonaws.com", Type: "Service" } }),
    dynamodb: {
      ApproximateCreationDateTime: seconds,
      Keys: keys,
      SizeBytes: size,
      StreamViewType: viewType,
      ...(newImage && { NewImage: newImage.item }),
      ...(oldImage && { OldImage: oldImage.item }),
      SequenceNumber: number,
    },
  };
  const images = `${newImage ? `,"NewImage":${newImage.text}` : ""}${oldImage ? `,"OldImage":${oldImage.text}` : ""}`;
  const data = `"ApproximateCreationDateTime":${seconds},"Keys":${JSON.stringify(keys)},"SizeBytes":${size},"StreamViewType":"${viewType}"${images},"SequenceNumber":"${number}"`;
  const members = `"eventID":"${eventID}","eventName":"${eventName}","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"${awsRegion}","dynamodb":{${data}}`;
  // A function receives the identity in another form.
  if (!by) withMembers(record, members);
  return { sequence, time, record, length: members.length };
}
