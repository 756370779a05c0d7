import { validation } from "../errors.ts";
import type { Token } from "./token.ts";

/** A statement that the parser cannot read. */
export function notWellFormed(detail = ""): Error {
  return validation(`Statement wasn't well formed, can't be processed: ${detail}`);
}

/** A statement that can be read and says what DynamoDB does not serve, with the place of the token. */
export function refusedAt(message: string, { line, column, length }: Token["at"]): Error {
  return validation(`${message} at ${line}:${column}:${length}`);
}

export const incompleteKey = () =>
  validation("Where clause does not contain a mandatory equality on all key attributes");
