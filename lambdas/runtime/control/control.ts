import { canonicalJson } from "../../../lib/contract/canonical.ts";
import { itemTimes } from "../../../lib/contract/expiry.ts";
import { commandKey } from "../../../lib/contract/keys/control.ts";
import { shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import type { Command, CommandOutcome } from "../../../lib/contract/messages/command.ts";
import type { CommandItem } from "../../../lib/contract/table.ts";
import { CommandKept } from "../ports/runs.ts";
import { COMMANDS, type CommandKind } from "./commands.ts";
import { followUp } from "./follow-up.ts";
import type { ControlPorts } from "./ports.ts";
import { readCommand } from "./read-command.ts";
import { Refusal } from "./refusal.ts";

/**
 * Carries out a command once for its key, and answers what was done or what is wrong. A refused command is
 * not stored: after the cause is fixed, the same command may be sent again.
 */
export async function control(given: unknown, ports: ControlPorts): Promise<CommandOutcome> {
  try {
    const command = readCommand(given);
    const before = await ports.commands.find(command.key);
    if (before) return await repeat(before, command, ports);
    const outcome = await carryOut(command, ports);
    return sameOutcome(await ports.commands.keep(itemOf(command, outcome, ports)), command);
  } catch (error) {
    // Another delivery of the same command was faster: the next attempt answers what it did.
    if (error instanceof CommandKept) return await control(given, ports);
    if (!(error instanceof Refusal)) throw error;
    ports.log.warn(`Refused: ${error.message}`, { command: given });
    return { done: false, says: error.message };
  }
}

/**
 * A stored command may have been interrupted after its change: its follow-up is repeated, which is
 * idempotent.
 */
async function repeat(kept: CommandItem, asked: Command, ports: ControlPorts): Promise<CommandOutcome> {
  if (isSame(kept, asked) && kept.outcome.done) await followUp(kept.command, ports);
  return sameOutcome(kept, asked);
}

function isSame({ command }: CommandItem, asked: Command): boolean {
  return canonicalJson({ ...command, why: "" }) === canonicalJson({ ...asked, why: "" });
}

/** The same command gets the same answer; another one needs a key of its own. */
function sameOutcome(kept: CommandItem, asked: Command): CommandOutcome {
  const { command, outcome } = kept;
  if (isSame(kept, asked)) return outcome;
  return {
    done: false,
    says: `The key "${asked.key}" was used by an earlier command: ${command.action}, by ${command.by}. Use another key.`,
  };
}

function itemOf(command: Command, outcome: CommandOutcome, ports: ControlPorts): CommandItem {
  const kind: CommandKind = COMMANDS[command.action];
  const request = kind.request?.(command);
  return {
    ...commandKey(command.key),
    kind: "command",
    command,
    outcome,
    ...(request && { request, unpublished: shardOf("unpublished", command.key) }),
    revision: 1,
    ...itemTimes(ports.now(), ports.retentionDays),
  };
}

async function carryOut(command: Command, ports: ControlPorts): Promise<CommandOutcome> {
  const { carryOut }: CommandKind = COMMANDS[command.action];
  const outcome = await carryOut(command, ports, (kept) => itemOf(command, kept, ports));
  await followUp(command, ports);
  return outcome;
}
