import { fieldsOf } from "../../../lib/contract/is-object.ts";
import type { Command } from "../../../lib/contract/messages/command.ts";
import { COMMANDS } from "./commands.ts";
import { isText, refuseUnless } from "./fields.ts";

/** Parses a command. Throws a Refusal that names the first invalid field. */
export function readCommand(given: unknown): Command {
  const command = fieldsOf(given);
  const kind = Object.entries(COMMANDS).find(([action]) => action === command.action)?.[1];
  refuseUnless(kind, "action", `one of ${Object.keys(COMMANDS).join(", ")}`);
  const { targets, check } = kind!;
  for (const name of ["by", "why", "key"]) refuseUnless(isText(command[name]), name, "a text");
  const target = Object.entries(fieldsOf(command.target));
  const [[type, name] = ["", ""]] = target;
  refuseUnless(
    target.length === 1 && (targets as readonly string[]).includes(type) && isText(name),
    "target",
    targets.map((known) => `{ "${known}": "its name" }`).join(" or "),
  );
  check?.(command, type);
  return command as unknown as Command;
}
