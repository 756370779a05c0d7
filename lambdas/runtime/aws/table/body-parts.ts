import { bodyPartKey } from "../../../../lib/contract/keys/delivery.ts";
import type { BodyPartItem, Item } from "../../../../lib/contract/table.ts";
import { PutCommand } from "../client/dynamodb-commands.ts";
import { readItem } from "./read-items.ts";
import type { Table } from "./table.ts";

/** An item of the table takes 400 KB; a message has up to 1 MB. */
const LARGEST_PART = 300 * 1024;

type WithBody = Item & { body: string; bodyParts?: number | undefined };

/**
 * The item without its body, if that has more than `most` bytes: then the body is stored separately, in
 * parts. One transaction writes all of them, so that an item never exists without its body.
 */
export async function putBodyAside<Of extends WithBody>(
  item: Of,
  table: Table,
  most = LARGEST_PART,
): Promise<Of> {
  const body = Buffer.from(item.body);
  if (body.byteLength <= most) return item;
  const bodyParts = Math.ceil(body.byteLength / LARGEST_PART);
  const { changedAt, expiresAt } = item;
  for (let part = 0; part < bodyParts; part++) {
    const bytes = body.subarray(part * LARGEST_PART, (part + 1) * LARGEST_PART);
    const Item: BodyPartItem = {
      ...bodyPartKey(item, part),
      kind: "body-part",
      bytes,
      revision: 1,
      changedAt,
      expiresAt,
    };
    await table.client.send(new PutCommand({ TableName: table.name, Item }));
  }
  return { ...item, body: "", bodyParts };
}

/** The item with its body, wherever that is stored. Read consistently. */
export async function withBody<Of extends WithBody>(item: Of, table: Table): Promise<Of> {
  if (!item.bodyParts) return item;
  const parts = await Promise.all(
    Array.from({ length: item.bodyParts }, (_, part) =>
      readItem<BodyPartItem>(table, bodyPartKey(item, part)),
    ),
  );
  const { bodyParts: _, ...whole } = item;
  return { ...(whole as Of), body: Buffer.concat(parts.map((part) => part!.bytes)).toString("utf8") };
}
