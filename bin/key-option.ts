import { randomUUID } from "node:crypto";
import { InvalidArgumentError, Option } from "commander";
import { LONGEST_KEY } from "../lib/contract/messages/command.ts";

/** The idempotency key of a command: as long as the API allows it. */
export function keyOption(about: string): Option {
  return new Option("--key <key>", `idempotency key: ${about}`)
    .default(randomUUID(), "a new one")
    .argParser((given: string) => {
      const key = given.trim();
      if (key.length > 0 && key.length <= LONGEST_KEY) return key;
      throw new InvalidArgumentError(`Give 1 to ${LONGEST_KEY} characters.`);
    });
}
