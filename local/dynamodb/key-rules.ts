import { invalidValue, validation } from "./errors.ts";
import type { Path } from "./expression/placeholders.ts";
import { type Index, type KeyAttribute, type Keys, keyAttributes, keyNames, type Table } from "./table.ts";
import { type AttributeMap, type AttributeValue, attributeOf, typeOf } from "./value/attribute-value.ts";

const LONGEST_HASH = 2048;
const LONGEST_RANGE = 1024;

export const keyMismatch = () => validation("The provided key element does not match the schema");

export const emptyKey = (kind: "string" | "binary", name: string) =>
  validation(
    `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${name}`,
  );

/** Throws unless the key has exactly the key attributes of the schema, with valid key values. */
export function checkKey(keys: Keys, key: AttributeMap): void {
  const attributes = keyAttributes(keys);
  const fits = attributes.every(({ name, type }) => typeIs(attributeOf(key, name), type));
  if (!fits || Object.keys(key).length !== attributes.length) {
    throw keyMismatch();
  }
  for (const attribute of attributes) checkKeyValue(keys, attribute, key[attribute.name]!);
}

/** Throws unless the item can be stored in the table: its key, and the keys of its indexes. */
export function checkItem(table: Table, item: AttributeMap): void {
  for (const attribute of keyAttributes(table.keys)) {
    const value = attributeOf(item, attribute.name);
    if (!value) throw invalidValue(`Missing the key ${attribute.name} in the item`);
    if (!typeIs(value, attribute.type)) {
      throw invalidValue(
        `Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${typeOf(value)}`,
      );
    }
    checkKeyValue(table.keys, attribute, value);
  }
  for (const index of table.indexes) checkIndexKeys(index, item);
}

function checkIndexKeys(index: Index, item: AttributeMap): void {
  for (const { name, type } of keyAttributes(index.keys)) {
    const value = attributeOf(item, name);
    if (!value) continue;
    if (!typeIs(value, type)) throw indexTypeMismatch(index, name, type, typeOf(value));
    const empty = emptyKind(value);
    if (empty) {
      throw validation(
        `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${empty} value. IndexName: ${index.name}, IndexKey: ${name}`,
      );
    }
  }
}

export function indexTypeMismatch(index: Index, name: string, expected: string, actual: string): Error {
  return invalidValue(
    `Type mismatch for Index Key ${name} Expected: ${expected} Actual: ${actual} IndexName: ${index.name}`,
  );
}

/** Throws if an update left an index key that the index cannot store. */
export function checkUpdatedIndexKeys(table: Table, item: AttributeMap): void {
  for (const index of table.indexes) {
    for (const { name, type } of keyAttributes(index.keys)) {
      const value = attributeOf(item, name);
      if (!value) continue;
      if (!typeIs(value, type)) {
        throw validation(
          "The update expression attempted to update the secondary index key to unsupported type",
        );
      }
      const empty = emptyKind(value);
      if (empty) {
        throw validation(
          `The update expression attempted to update the secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty ${empty} value.`,
        );
      }
    }
  }
}

/** Throws if a path goes into a key attribute: keys are scalars. */
export function checkKeyPaths(table: Table, paths: readonly Path[]): void {
  if (paths.every(({ length }) => length === 1)) return;
  const nested = new Set(paths.filter((path) => path.length > 1).map(([head]) => head));
  const refuse = (keys: Keys, kind: string) => {
    const name = keyNames(keys).find((key) => nested.has(key));
    if (name !== undefined) {
      throw validation(
        `Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ${kind}: ${name}`,
      );
    }
  };
  refuse(table.keys, "Key");
  for (const index of table.indexes) refuse(index.keys, "IndexKey");
}

function checkKeyValue(keys: Keys, { name }: KeyAttribute, value: AttributeValue): void {
  const empty = emptyKind(value);
  if (empty) throw emptyKey(empty, name);
  const size = sizeOf(value);
  if (name === keys.hash.name && size > LONGEST_HASH) {
    throw invalidValue(`Size of hashkey has exceeded the maximum size limit of${LONGEST_HASH} bytes`);
  }
  if (name === keys.range?.name && size > LONGEST_RANGE) {
    throw invalidValue(
      `Aggregated size of all range keys has exceeded the size limit of ${LONGEST_RANGE} bytes`,
    );
  }
}

export function typeIs(value: AttributeValue | undefined, type: string): boolean {
  return value !== undefined && typeOf(value) === type;
}

function emptyKind(value: AttributeValue): "string" | "binary" | undefined {
  if ("S" in value && value.S === "") return "string";
  return "B" in value && value.B === "" ? "binary" : undefined;
}

/** Bytes; a number always fits. */
function sizeOf(value: AttributeValue): number {
  if ("S" in value) return Buffer.byteLength(value.S);
  return "B" in value ? Buffer.byteLength(value.B, "base64") : 0;
}
