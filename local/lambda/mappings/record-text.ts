const texts = new WeakMap<object, string>();

/** A record's JSON. It is written once, for its size and for each event that the record is in. */
export function textOf(record: object): string {
  const known = texts.get(record);
  if (known !== undefined) return known;
  const text = JSON.stringify(record);
  texts.set(record, text);
  return text;
}

/** A record's size in an event, in bytes. */
export const sizeOf = (record: object) => Buffer.byteLength(textOf(record));

/** The event with these records, as JSON. */
export const eventOf = (records: readonly object[]) => `{"Records":[${records.map(textOf).join(",")}]}`;
