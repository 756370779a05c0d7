import { isObject } from "../../../lib/contract/is-object.ts";
import type {
  ChangeRun,
  ChangeSubscriber,
  Command,
  CommandOutcome,
  ForceBreaker,
  StartRun,
} from "../../../lib/contract/messages/command.ts";
import type { RunRequest } from "../../../lib/contract/messages/request.ts";
import { runId } from "../../../lib/contract/runs/run-id.ts";
import { isWhole } from "../../../lib/contract/whole-number.ts";
import { changeRun } from "./change-run.ts";
import { changeSettings } from "./change-settings.ts";
import { changeSubscriber } from "./change-subscriber.ts";
import { type Fields, isText, isTime, isValues, refuseUnless } from "./fields.ts";
import type { ControlPorts, Keep } from "./ports.ts";
import { cancelReplay, replay } from "./replay.ts";
import { resolveDeadLetters } from "./resolve-dead-letters.ts";
import { resolveEvent } from "./resolve-event.ts";
import { refuseUnknown } from "./workflows.ts";

type TargetOf<Kind extends Command> = Kind["target"] extends infer Target
  ? Target extends Target
    ? keyof Target & string
    : never
  : never;

/** One command of operators: what it may be for, what its own fields have to be, and what it does. */
export interface CommandKind<Kind extends Command = any> {
  targets: readonly TargetOf<Kind>[];
  /** Throws a Refusal that names the first invalid field. */
  check?(fields: Fields, target: string): void;
  carryOut(command: Kind, ports: ControlPorts, keep: Keep): Promise<CommandOutcome>;
  /** The run that the command's own item requests: its change is published as an event. */
  request?(command: Kind): RunRequest;
}

/** All commands. */
export const COMMANDS: {
  readonly [Action in Command["action"]]: CommandKind<Command & { action: Action }>;
} = {
  start: {
    targets: ["workflow"],
    check({ event, version, payload }) {
      refuseUnless(isText(event), "event", "the name of an event");
      refuseUnless(Number.isInteger(version), "version", "the event's version");
      refuseUnless(isObject(payload), "payload", "an object");
    },
    carryOut: start,
    request: runRequest,
  },
  pause: { targets: ["run", "workflow", "subscriber"], check: checkEpoch, carryOut: change },
  resume: { targets: ["run", "workflow", "subscriber"], check: checkEpoch, carryOut: change },
  drain: { targets: ["workflow", "subscriber"], carryOut: change },
  terminate: { targets: ["run"], check: checkEpoch, carryOut: change },
  retry: { targets: ["run"], check: checkEpoch, carryOut: change },
  force: {
    targets: ["breaker"],
    check({ state }) {
      refuseUnless(["open", "closed", "auto"].includes(state as string), "state", "open, closed or auto");
    },
    carryOut: force,
  },
  set: {
    targets: ["workflow", "subscriber", "breaker", "limit"],
    check({ values, restore, revision = 0 }) {
      refuseUnless(isWhole(revision, 0), "revision", "a whole number from 0 on");
      refuseUnless(
        (values === undefined) !== (restore === undefined),
        "values",
        'given, or "restore" in its place',
      );
      refuseUnless(restore === undefined || isWhole(restore, 0), "restore", "a whole number from 0 on");
      refuseUnless(values === undefined || isValues(values), "values", "an object of values by setting");
    },
    carryOut: changeSettings,
  },
  "release-event": {
    targets: ["quarantine"],
    check({ payload = {}, version = 1 }) {
      refuseUnless(isObject(payload), "payload", "an object");
      refuseUnless(Number.isInteger(version), "version", "the event's version");
    },
    carryOut: resolveEvent,
  },
  "discard-event": {
    targets: ["quarantine"],
    carryOut: resolveEvent,
  },
  redrive: {
    targets: ["deadLetter", "subscriber", "all"],
    check({ rate, body }, target) {
      checkRate(rate);
      const isEdited = body !== undefined;
      refuseUnless(!isEdited || (target === "deadLetter" && isText(body)), "body", ONE_TEXT);
    },
    carryOut: resolveDeadLetters,
  },
  discard: {
    targets: ["deadLetter", "subscriber", "all"],
    check({ rate, body }) {
      checkRate(rate);
      refuseUnless(body === undefined, "body", ONE_TEXT);
    },
    carryOut: resolveDeadLetters,
  },
  replay: {
    targets: ["subscriber", "all", "run"],
    check({ from, to, events = [], again = false, dry = false }) {
      for (const [name, time] of Object.entries({ from, to }))
        refuseUnless(time === undefined || isTime(time), name, "an ISO time");
      refuseUnless(Array.isArray(events) && events.every(isText), "events", "a list of names");
      for (const [name, value] of Object.entries({ again, dry }))
        refuseUnless(typeof value === "boolean", name, "true or false");
    },
    carryOut: replay,
  },
  cancel: {
    targets: ["replay"],
    carryOut: cancelReplay,
  },
};

const ONE_TEXT = "a text, and only to redrive one dead letter";

function checkRate(rate: unknown = 1): void {
  const sensible = typeof rate === "number" && rate > 0 && rate <= 1_000;
  refuseUnless(sensible, "rate", "messages per second: more than 0, at most 1000");
}

/** Of a command for a run. */
function checkEpoch({ epoch = 1 }: Fields, target: string): void {
  refuseUnless(target !== "run" || isWhole(epoch, 1), "epoch", "the number of an epoch, 1 or more");
}

async function change(
  command: ChangeRun | ChangeSubscriber,
  ports: ControlPorts,
  keep: Keep,
): Promise<CommandOutcome> {
  const isOfRun = (one: typeof command): one is ChangeRun => "run" in one.target;
  return isOfRun(command)
    ? await changeRun(command, ports, keep)
    : await changeSubscriber(command, ports, keep);
}

async function start(command: StartRun, ports: ControlPorts): Promise<CommandOutcome> {
  refuseUnknown(command.target.workflow, ports);
  const { run } = runRequest(command);
  return { done: true, says: `Run ${run} is requested.`, run };
}

function runRequest({ target, event, version, payload, by, why, key }: StartRun): RunRequest {
  const { workflow } = target;
  return { workflow, run: runId(workflow, "start", key), event, version, payload, by, why };
}

async function force(
  { target, state, by, why, key }: ForceBreaker,
  ports: ControlPorts,
): Promise<CommandOutcome> {
  const at = new Date(ports.now()).toISOString();
  await ports.forceBreaker(target.breaker, state, { by, why, key, at });
  const says = `The breaker ${target.breaker} ${state === "auto" ? "is automatic again" : `is forced ${state}`}.`;
  return { done: true, says };
}
