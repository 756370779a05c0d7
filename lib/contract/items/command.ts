import type { Command, CommandOutcome } from "../command.ts";
import type { RunRequest } from "../request.ts";
import type { Item } from "./item.ts";

/** A command that was carried out, and what became of it: the same key again is answered the same. */
export interface CommandItem extends Item {
  kind: "command";
  command: Command;
  outcome: CommandOutcome;
  /** The run that is wanted; told as "run.requested". */
  request?: RunRequest | undefined;
}
