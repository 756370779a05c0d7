import { invalidTag } from "./errors.ts";

export type Tags = Record<string, string>;

/** [{ Key, Value }], as in the API. Throws InvalidTag. */
export function fromTagSet(tagSet: { Key: string; Value: string }[], most: number): Tags {
  if (tagSet.length > most) throw invalidTag(`Object tags cannot be greater than ${most}`);
  const tags: Tags = {};
  for (const { Key, Value = "" } of tagSet) {
    if (!Key || Key.length > 128) throw invalidTag("The TagKey you have provided is invalid");
    if (Value.length > 256) throw invalidTag("The TagValue you have provided is invalid");
    if (Object.hasOwn(tags, Key)) throw invalidTag("Cannot provide multiple Tags with the same key");
    tags[Key] = Value;
  }
  return tags;
}

/** "key=value&…", as a header carries tags. */
export function fromHeader(text: string | undefined): Tags {
  const pairs = [...new URLSearchParams(text ?? "")];
  return fromTagSet(
    pairs.map(([Key, Value]) => ({ Key, Value })),
    10,
  );
}

export const toTagSet = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
