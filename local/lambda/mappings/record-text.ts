import { textOf } from "../../kernel/json-text.ts";

/** A record's size in an event, in bytes. */
export const sizeOf = (record: object) => Buffer.byteLength(textOf(record));

/** The event with these records, as JSON. */
export const eventOf = (records: readonly object[]) => `{"Records":[${records.map(textOf).join(",")}]}`;
