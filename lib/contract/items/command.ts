import type { Command, CommandOutcome } from "../messages/command.ts";
import type { RunRequest } from "../messages/request.ts";
import type { Item } from "./item.ts";

/** A command that was carried out, with its outcome: the same key gets the same response. */
export interface CommandItem extends Item {
  kind: "command";
  command: Command;
  outcome: CommandOutcome;
  /** The requested run; published as "run.requested". */
  request?: RunRequest | undefined;
}
