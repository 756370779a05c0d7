type AttributeValue = Record<string, any>;
type Change = (bytes: any) => unknown;

const toText: Change = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
const toBytes: Change = (text: string) => new Uint8Array(Buffer.from(text, "base64"));

/** A value of DynamoDB, and an item, in JSON: bytes are text in base64. */
export const valueToWire = (value: AttributeValue) => changed(value, toText);
export const itemToWire = (item: AttributeValue) => changedFields(item, toText);

/** An item in the SDK's form: text in base64 becomes bytes. */
export const itemFromWire = (item: AttributeValue) => changedFields(item, toBytes);

/** A value with all bytes in it converted, at any depth. */
function changed(value: AttributeValue, change: Change): AttributeValue {
  if (value.B !== undefined) return { B: change(value.B) };
  if (value.BS) return { BS: value.BS.map(change) };
  if (value.L) return { L: value.L.map((part: AttributeValue) => changed(part, change)) };
  if (value.M) return { M: changedFields(value.M, change) };
  return value;
}

function changedFields(fields: AttributeValue, change: Change): AttributeValue {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, changed(value, change)]));
}
