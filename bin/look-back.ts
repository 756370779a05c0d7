import { InvalidArgumentError } from "commander";
import { type Duration, milliseconds } from "../lib/contract/duration.ts";

/** How far to look back: "2 hours", in milliseconds. */
export function lookBack(text: string): number {
  try {
    return milliseconds(text as Duration);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
