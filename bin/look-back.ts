import { InvalidArgumentError } from "commander";
import { readLength } from "./time.ts";

/** A period before now: "2 hours", "2 hours ago" or "2h", in milliseconds. */
export function lookBack(text: string): number {
  try {
    return readLength(text.replace(/\s+ago$/, ""));
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
