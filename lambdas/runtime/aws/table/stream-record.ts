import type { DynamoDBRecord } from "aws-lambda";
import type { TableItem } from "../../../../lib/contract/table.ts";
import type { ChangeRecord } from "../../ingress/change-arrivals.ts";
import type { Change } from "../../relay/change.ts";
import { unmarshallItem } from "../client/attribute-values.ts";

type Image = NonNullable<DynamoDBRecord["dynamodb"]>["NewImage"];

/** The identity under which DynamoDB removes expired items. */
const TIME_TO_LIVE = "dynamodb.amazonaws.com";

/** A stream record with both images, in plain values. */
export function readChange({ dynamodb, userIdentity }: DynamoDBRecord): ChangeRecord {
  const { SequenceNumber, ApproximateCreationDateTime, Keys, OldImage, NewImage } = dynamodb!;
  return {
    sequence: SequenceNumber!,
    time: new Date(ApproximateCreationDateTime! * 1000).toISOString(),
    keys: plain(Keys) ?? {},
    before: plain(OldImage),
    after: plain(NewImage),
    expired: userIdentity?.principalId === TIME_TO_LIVE,
  };
}

/** A record of the state table's stream. */
export function changeOf({ dynamodb }: DynamoDBRecord): Change {
  return {
    before: plain(dynamodb?.OldImage) as TableItem | undefined,
    after: plain(dynamodb?.NewImage) as TableItem | undefined,
  };
}

function plain(image: Image): Record<string, any> | undefined {
  return image && unmarshallItem(image);
}
