/** A value in requests: an object with one member, named by its type. Binary is a base64 string. */
export type AttributeValue =
  | { S: string }
  | { N: string }
  | { B: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: string[] }
  | { L: AttributeValue[] }
  | { M: AttributeMap };

export type AttributeMap = { [name: string]: AttributeValue };

export type AttributeType = "S" | "N" | "B" | "BOOL" | "NULL" | "SS" | "NS" | "BS" | "L" | "M";

export const ATTRIBUTE_TYPES: readonly AttributeType[] = [
  "S",
  "N",
  "B",
  "BOOL",
  "NULL",
  "SS",
  "NS",
  "BS",
  "L",
  "M",
];

export function typeOf(value: AttributeValue): AttributeType {
  for (const type in value) return type as AttributeType;
  throw new Error("An attribute value without a type got past validation");
}

/** The content without the type, for code that has checked the type already. */
export function contentOf(value: AttributeValue): any {
  return (value as any)[typeOf(value)];
}

/** The own attribute of that name: nothing that the object inherits. */
export function attributeOf(map: AttributeMap, name: string): AttributeValue | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

/** Has no members. V8 keeps an object that inherits from it as it keeps others, but one without a prototype as a hash table. */
const NOTHING = Object.freeze(Object.create(null));

/** An empty map in which every name, `__proto__` included, is an ordinary member. */
export function emptyMap(): AttributeMap {
  return Object.create(NOTHING) as AttributeMap;
}

/**
 * A copy to which other members may be added. V8 keeps an object that got many members one by one as a hash table, but
 * not its copy.
 */
export function copyOf(map: AttributeMap): AttributeMap {
  return { __proto__: NOTHING, ...map };
}

/** A map of those attributes among these names that exist. */
export function pick(map: AttributeMap, names: readonly string[]): AttributeMap {
  const picked = emptyMap();
  for (const name of names) {
    const value = attributeOf(map, name);
    if (value) picked[name] = value;
  }
  return picked;
}
