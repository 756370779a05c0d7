import { createHash } from "node:crypto";
import { validation } from "../errors.ts";
import type { AttributeMap, AttributeValue } from "../value/attribute-value.ts";
import type { Select } from "./syntax.ts";

/** Where a page continues: in which of the spans, and after which item. */
interface Continuation {
  span: number;
  after: AttributeMap | undefined;
}

/** Equal for the same statement with the same parameters. */
export function digestOf(select: Select, parameters: AttributeValue[]): string {
  return createHash("sha256")
    .update(JSON.stringify([select, parameters]))
    .digest("base64")
    .slice(0, 16);
}

export function tokenOf(digest: string, { span, after }: Continuation): string {
  return Buffer.from(JSON.stringify([digest, span, after])).toString("base64");
}

/** Decodes a token. Throws ValidationException if it belongs to another statement. */
export function continuation(token: string, digest: string): Continuation {
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(token, "base64").toString());
  } catch {
    throw validation("Invalid NextToken");
  }
  if (!Array.isArray(read) || !Number.isInteger(read[1])) throw validation("Invalid NextToken");
  if (read[0] !== digest) throw validation("NextToken does not match request");
  return { span: read[1], after: read[2] };
}
