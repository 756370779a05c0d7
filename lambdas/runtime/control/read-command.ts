import { fieldsOf, isObject } from "../../../lib/contract/is-object.ts";
import type { Command } from "../../../lib/contract/messages/command.ts";
import { Refusal } from "./refusal.ts";

/** The targets of each command. */
const TARGETS: Record<Command["action"], readonly string[]> = {
  start: ["workflow"],
  pause: ["run", "workflow", "subscriber"],
  resume: ["run", "workflow", "subscriber"],
  drain: ["workflow", "subscriber"],
  terminate: ["run"],
  retry: ["run"],
  force: ["breaker"],
  set: ["workflow", "subscriber", "breaker", "limit"],
  "release-event": ["quarantine"],
  "discard-event": ["quarantine"],
  redrive: ["deadLetter", "subscriber", "all"],
  discard: ["deadLetter", "subscriber", "all"],
  replay: ["subscriber", "all", "run"],
  cancel: ["replay"],
};

/** Parses a command. Throws a Refusal that names the first invalid field. */
export function readCommand(given: unknown): Command {
  const command = fieldsOf(given);
  const targets = TARGETS[command.action as Command["action"]];
  refuseUnless(targets, "action", `one of ${Object.keys(TARGETS).join(", ")}`);
  for (const name of ["by", "why", "key"]) refuseUnless(isText(command[name]), name, "a text");
  const target = Object.entries(fieldsOf(command.target));
  const [[kind, name] = ["", ""]] = target;
  refuseUnless(
    target.length === 1 && targets.includes(kind) && isText(name),
    "target",
    targets.map((known) => `{ "${known}": "its name" }`).join(" or "),
  );
  if (command.action === "start") {
    refuseUnless(isText(command.event), "event", "the name of an event");
    refuseUnless(Number.isInteger(command.version), "version", "the event's version");
    refuseUnless(isObject(command.payload), "payload", "an object");
  }
  if ("run" in fieldsOf(command.target) && command.action !== "replay") {
    const { epoch = 1 } = command;
    refuseUnless(Number.isInteger(epoch) && Number(epoch) > 0, "epoch", "the number of an epoch, 1 or more");
  }
  if (command.action === "force")
    refuseUnless(
      ["open", "closed", "auto"].includes(command.state as string),
      "state",
      "open, closed or auto",
    );
  if (command.action === "set") {
    const { values, restore, revision = 0 } = command;
    refuseUnless(isWhole(revision), "revision", "a whole number from 0 on");
    refuseUnless(
      (values === undefined) !== (restore === undefined),
      "values",
      'given, or "restore" in its place',
    );
    refuseUnless(restore === undefined || isWhole(restore), "restore", "a whole number from 0 on");
    refuseUnless(values === undefined || isValues(values), "values", "an object of values by setting");
  }
  if (command.action === "release-event") {
    const { payload = {}, version = 1 } = command;
    refuseUnless(isObject(payload), "payload", "an object");
    refuseUnless(Number.isInteger(version), "version", "the event's version");
  }
  if (command.action === "redrive" || command.action === "discard") {
    const { rate = 1, body } = command;
    const sensible = typeof rate === "number" && rate > 0 && rate <= 1_000;
    refuseUnless(sensible, "rate", "messages per second: more than 0, at most 1000");
    const editable = command.action === "redrive" && kind === "deadLetter" && isText(body);
    refuseUnless(body === undefined || editable, "body", "a text, and only to redrive one dead letter");
  }
  if (command.action === "replay") {
    for (const time of ["from", "to"])
      refuseUnless(command[time] === undefined || isTime(command[time]), time, "an ISO time");
    const { events = [], again = false, dry = false } = command;
    refuseUnless(Array.isArray(events) && events.every(isText), "events", "a list of names");
    for (const [name, value] of Object.entries({ again, dry }))
      refuseUnless(typeof value === "boolean", name, "true or false");
  }
  return command as unknown as Command;
}

function refuseUnless(holds: unknown, field: string, wanted: string): void {
  if (!holds) throw new Refusal(`The field "${field}" of the command is not valid. It must be ${wanted}.`);
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function isTime(value: unknown): boolean {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}

function isWhole(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0;
}

function isValues(value: unknown): boolean {
  return (
    isObject(value) &&
    Object.keys(value).length > 0 &&
    Object.values(value).every((one) => one === null || ["number", "string", "boolean"].includes(typeof one))
  );
}
