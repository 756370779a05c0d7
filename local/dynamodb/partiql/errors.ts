import { validation } from "../errors.ts";
import type { Token } from "./token.ts";

/** A statement that cannot be parsed. */
export function notWellFormed(detail = ""): Error {
  return validation(`Statement wasn't well formed, can't be processed: ${detail}`);
}

/** A valid statement that DynamoDB does not support, with the position of the token. */
export function refusedAt(message: string, { line, column, length }: Token["at"]): Error {
  return validation(`${message} at ${line}:${column}:${length}`);
}

export const incompleteKey = () =>
  validation("Where clause does not contain a mandatory equality on all key attributes");
