import { membersOf } from "../../kernel/json-members.ts";

const textOf = (record: object) => `{${membersOf(record)}}`;

/** A record's size in an event, in bytes. */
export const sizeOf = (record: object) => Buffer.byteLength(membersOf(record)) + 2;

/** The event with these records, as JSON. */
export const eventOf = (records: readonly object[]) => `{"Records":[${records.map(textOf).join(",")}]}`;
