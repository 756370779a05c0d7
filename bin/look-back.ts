import { InvalidArgumentError } from "commander";
import { type Duration, milliseconds } from "../lib/contract/duration.ts";

/** A period before now: "2 hours", in milliseconds. */
export function lookBack(text: string): number {
  try {
    return milliseconds(text as Duration);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
