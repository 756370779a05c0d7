type AttributeValue = Record<string, any>;
type Change = (bytes: any) => unknown;

const toText: Change = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
const toBytes: Change = (text: string) => new Uint8Array(Buffer.from(text, "base64"));

/** Brings a value of DynamoDB, or an item, into its form in JSON, and answers it: bytes become text in base64. */
export const valueToWire = (value: AttributeValue) => changed(value, toText);
export const itemToWire = (item: AttributeValue) => changedFields(item, toText);

/** Brings an item into the SDK's form, and answers it: text in base64 becomes bytes. */
export const itemFromWire = (item: AttributeValue) => changedFields(item, toBytes);

/** Converts all bytes in a value, at any depth. In place: most values have none, and a copy would be of all of it. */
function changed(value: AttributeValue, change: Change): AttributeValue {
  if (value.B !== undefined) value.B = change(value.B);
  else if (value.BS) value.BS = value.BS.map(change);
  else if (value.L) for (const part of value.L) changed(part, change);
  else if (value.M) changedFields(value.M, change);
  return value;
}

function changedFields(fields: AttributeValue, change: Change): AttributeValue {
  for (const name in fields) changed(fields[name]!, change);
  return fields;
}
