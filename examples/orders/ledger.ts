import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from "@aws-sdk/lib-dynamodb";

/** The table of the shop's services; its partition key is "id". */
const table = () => {
  const name = process.env.ORDERS_TABLE;
  if (!name) throw new Error("ORDERS_TABLE is not set. Deploy this function by examples/orders/app.ts.");
  return name;
};

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

/** A change of a number in the table, and the minimum that must remain. */
export interface Booking {
  id: string;
  by: number;
  least?: number;
}

/** A request to a service, with its order. */
export interface Entry {
  what: string;
  orderId: string;
}

/**
 * Makes bookings atomically, once per key: a repeated request with the same key gets the first response.
 * "refused": less than the minimum would remain, and nothing has changed.
 */
export async function book(key: string, entry: Entry, bookings: Booking[]): Promise<"booked" | "refused"> {
  const TableName = table();
  const once = {
    Put: {
      TableName,
      Item: { id: `entry#${key}`, ...entry },
      ConditionExpression: "attribute_not_exists(id)",
    },
  };
  try {
    await client.send(
      new TransactWriteCommand({ TransactItems: [once, ...bookings.map((one) => update(TableName, one))] }),
    );
    return "booked";
  } catch (error) {
    const reasons = (error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? [];
    const [before, ...others] = reasons.map(({ Code }) => Code === "ConditionalCheckFailed");
    if (before) return "booked";
    if (others.some(Boolean)) return "refused";
    throw error;
  }
}

type TransactItem = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

function update(TableName: string, { id, by, least }: Booking): TransactItem {
  return {
    Update: {
      TableName,
      Key: { id },
      UpdateExpression: "ADD #amount :by",
      ExpressionAttributeNames: { "#amount": "amount" },
      ExpressionAttributeValues: { ":by": by, ...(least !== undefined && { ":needed": least - by }) },
      ...(least !== undefined && { ConditionExpression: "#amount >= :needed" }),
    },
  };
}
