import { canonicalJson } from "../../../lib/contract/canonical.ts";
import { expiryAfter } from "../../../lib/contract/expiry.ts";
import { commandKey } from "../../../lib/contract/keys/control.ts";
import { shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import type {
  ChangeRun,
  ChangeSettings,
  ChangeSubscriber,
  Command,
  CommandOutcome,
  ForceBreaker,
  ResolveEvent,
  StartRun,
} from "../../../lib/contract/messages/command.ts";
import type { RunRequest } from "../../../lib/contract/messages/request.ts";
import { runId } from "../../../lib/contract/runs/run-id.ts";
import type { CommandItem } from "../../../lib/contract/table.ts";
import { CommandKept } from "../ports/runs.ts";
import { changeRun } from "./change-run.ts";
import { changeSettings } from "./change-settings.ts";
import { changeSubscriber } from "./change-subscriber.ts";
import { followUp } from "./follow-up.ts";
import type { ControlPorts } from "./ports.ts";
import { readCommand } from "./read-command.ts";
import { Refusal } from "./refusal.ts";
import { cancelReplay, replay } from "./replay.ts";
import { resolveDeadLetters } from "./resolve-dead-letters.ts";
import { resolveEvent } from "./resolve-event.ts";
import { refuseUnknown } from "./workflows.ts";

/**
 * Carries out a command once for its key, and answers what was done or what is wrong. A refused command is
 * not stored: after the cause is fixed, the same command may be sent again.
 */
export async function control(given: unknown, ports: ControlPorts): Promise<CommandOutcome> {
  try {
    const command = readCommand(given);
    const before = await ports.commands.find(command.key);
    if (before) return await repeat(before, command, ports);
    const carriedOut = await carryOut(command, ports);
    return sameOutcome(await ports.commands.keep(itemOf(command, carriedOut, ports)), command);
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

function itemOf(command: Command, { outcome, request }: CarriedOut, ports: ControlPorts): CommandItem {
  return {
    ...commandKey(command.key),
    kind: "command",
    command,
    outcome,
    ...(request && { request, unpublished: shardOf("unpublished", command.key) }),
    changedAt: new Date(ports.now()).toISOString(),
    revision: 1,
    expiresAt: expiryAfter(ports.now(), ports.retentionDays),
  };
}

type CarriedOut = Pick<CommandItem, "outcome" | "request">;

async function carryOut(command: Command, ports: ControlPorts): Promise<CarriedOut> {
  if (command.action === "start") return start(command, ports);
  if (command.action === "force") return await force(command, ports);
  if (command.action === "redrive" || command.action === "discard")
    return { outcome: await resolveDeadLetters(command, ports) };
  const keep = (outcome: CommandOutcome) => itemOf(command, { outcome }, ports);
  if (command.action === "replay") return { outcome: await replay(command, keep, ports) };
  if (command.action === "set") {
    const outcome = await changeSettings(command as ChangeSettings, keep, ports);
    await followUp(command, ports);
    return { outcome };
  }
  if (command.action === "cancel") return { outcome: await cancelReplay(command, ports) };
  if ("quarantine" in command.target) return { outcome: await resolveEvent(command as ResolveEvent, ports) };
  const outcome =
    "run" in command.target
      ? await changeRun(command as ChangeRun, keep, ports)
      : await changeSubscriber(command as ChangeSubscriber, keep, ports);
  await followUp(command, ports);
  return { outcome };
}

/** The command's own item requests the run: its change is published as an event. */
function start(command: StartRun, ports: ControlPorts): CarriedOut {
  const { target, event, version, payload, by, why, key } = command;
  refuseUnknown(target.workflow, ports);
  const run = runId(target.workflow, "start", key);
  const request: RunRequest = { workflow: target.workflow, run, event, version, payload, by, why };
  return { request, outcome: { done: true, says: `Run ${run} is requested.`, run } };
}

async function force(
  { target, state, by, why, key }: ForceBreaker,
  ports: ControlPorts,
): Promise<CarriedOut> {
  const at = new Date(ports.now()).toISOString();
  await ports.forceBreaker(target.breaker, state, { by, why, key, at });
  const says = `The breaker ${target.breaker} ${state === "auto" ? "is automatic again" : `is forced ${state}`}.`;
  return { outcome: { done: true, says } };
}
