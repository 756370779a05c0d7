import { receiptHandleIsInvalid } from "./errors.ts";
import type { MessageRow } from "./messages.ts";

export interface Receipt {
  queue: number;
  sequence: number;
  receiveCount: number;
}

/** A receipt handle names one receive of one message; the next receive makes it void. */
export function encodeReceipt(row: MessageRow): string {
  return Buffer.from(`${row.queue}:${row.sequence}:${row.receive_count}:${row.message_id}`).toString(
    "base64",
  );
}

/** Throws ReceiptHandleIsInvalid for a text that no queue has issued. */
export function decodeReceipt(handle: unknown): Receipt {
  const text = typeof handle === "string" ? Buffer.from(handle, "base64").toString() : "";
  const parts = /^(\d+):(\d+):(\d+):[0-9a-f-]{36}$/.exec(text);
  if (!parts) throw receiptHandleIsInvalid(handle);
  return { queue: Number(parts[1]), sequence: Number(parts[2]), receiveCount: Number(parts[3]) };
}
