import { hasCode } from "../kernel/errors.ts";
import { badRequest, invalidArgument, invalidTag, malformedXml } from "./errors.ts";

export type Tags = Record<string, string>;

/** Limits of tags: the maximum number, and the error for a key of the system's own. */
export interface Tagged {
  most: number;
  reserved: string;
}

export const OBJECT: Tagged = { most: 10, reserved: "Your TagKey cannot be prefixed with aws:" };
export const BUCKET: Tagged = { most: 50, reserved: "System tags cannot be added/updated by requester" };

const TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** [{ Key, Value }], as in the API. Throws InvalidTag or MalformedXML. */
export function fromTagSet(tagSet: { Key?: string; Value?: string }[], { most, reserved }: Tagged): Tags {
  if (tagSet.length > most) throw badRequest(`Object tags cannot be greater than ${most}`);
  const tags: Tags = {};
  for (const { Key, Value } of tagSet) {
    if (Key === undefined || Value === undefined) throw malformedXml();
    if (Key === "" || Key.length > 128 || !TEXT.test(Key)) {
      throw invalidTag("The TagKey you have provided is invalid", Key);
    }
    if (Value.length > 256 || !TEXT.test(Value)) {
      throw invalidTag("The TagValue you have provided is invalid", Key, Value);
    }
    if (Key.startsWith("aws:")) throw invalidTag(reserved, Key);
    if (Object.hasOwn(tags, Key)) throw invalidTag("Cannot provide multiple Tags with the same key", Key);
    tags[Key] = Value;
  }
  return tags;
}

/** "key=value&…", the form of an object's tags in a header. Throws InvalidArgument. */
export function fromHeader(text: string | undefined): Tags {
  const pairs = [...new URLSearchParams(text ?? "")];
  try {
    return fromTagSet(
      pairs.map(([Key, Value]) => ({ Key, Value })),
      OBJECT,
    );
  } catch (error) {
    if (!hasCode(error, "InvalidTag")) throw error;
    throw invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      "x-amz-tagging",
      text,
    );
  }
}

export const toTagSet = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
