import { derivedEventId } from "../../../lib/contract/event-id.ts";
import type { Pending } from "../../../lib/contract/items/window.ts";
import { AGAIN, optimistically } from "../../../lib/contract/optimistic.ts";
import type { Absence, AbsenceSpec } from "../../../lib/contract/trigger/threshold.ts";
import type { PresentState, ThresholdPorts } from "./ports.ts";
import type { Watched } from "./watched.ts";

export interface PresencePorts extends ThresholdPorts<PresentState, Absence> {
  /** Has a key checked again at `at` (epoch milliseconds). */
  lookAgain(key: string, at: number): Promise<void>;
  now(): number;
}

type Spec = Pick<AbsenceSpec, "name" | "within">;

/** A reminder that is later than this is lost. */
const REMINDER_LOST = 60 * 60 * 1000;

/**
 * Notes an event of a key. Only one reminder is outstanding for a key: it looks for the newest event, and is
 * sent again for that. An event that is not newer than the last one changes nothing, so neither a duplicate
 * nor a late event does.
 */
export async function noteEvent(
  { key, at, id, hops }: Watched,
  spec: Spec,
  ports: PresencePorts,
): Promise<"noted" | "older"> {
  return await optimistically(async () => {
    const { revision, state } = await ports.memory.read(key);
    const isOlder = state !== undefined && at <= state.last;
    const newest = { ...state, last: at, id, hops, reported: undefined };
    if (!isOlder && !(await ports.memory.write(key, revision, newest))) return AGAIN;
    // Also for an older one: it may be another delivery of the last, whose invocation stopped before its
    // reminder.
    await lookAt(key, spec, ports);
    return isOlder ? "older" : "noted";
  });
}

/**
 * Checks whether the next event of a key is overdue. Publishes its absence once for each last event.
 * `reminded`: the time of the reminder that caused it.
 */
export async function lookAt(
  key: string,
  spec: Spec,
  ports: PresencePorts,
  reminded?: number,
): Promise<void> {
  return await optimistically(async () => {
    const { revision, state } = await ports.memory.read(key);
    if (!state) return;
    const duty = dutyOf(key, state, spec, { now: ports.now(), reminded });
    const record = (change: Partial<PresentState>) =>
      ports.memory.write(key, revision, { ...state, ...change });
    switch (duty.kind) {
      case "none":
        return;
      case "report":
        // Recorded before it is published, under one id: so it is published whatever crashes.
        await record({ reported: true, lookAt: undefined, pending: duty.absence });
        break;
      case "publish":
        await ports.publish(duty.absence);
        await record({ pending: undefined });
        break;
      case "remind":
        // Sent before it is recorded: after a crash in between it is sent twice, never not at all.
        await ports.lookAgain(key, duty.at);
        if (await record({ lookAt: duty.at })) return;
        break;
    }
    return AGAIN;
  });
}

/** What is to be done for a key. */
type Duty =
  | { kind: "none" }
  /** Its next event is overdue. */
  | { kind: "report"; absence: Pending<Absence> }
  /** The recorded absence may not be on the bus yet. */
  | { kind: "publish"; absence: Pending<Absence> }
  /** Its next event may still arrive until this time (epoch milliseconds), and no reminder is outstanding. */
  | { kind: "remind"; at: number };

function dutyOf(
  key: string,
  { pending, ...presence }: PresentState,
  { name, within }: Spec,
  { now, reminded = Number.NEGATIVE_INFINITY }: { now: number; reminded: number | undefined },
): Duty {
  if (pending) return { kind: "publish", absence: pending };
  if (presence.reported) return { kind: "none" };
  const { last, id, hops, lookAt: awaited } = presence;
  const due = last + within;
  if (due <= now) {
    const payload = { key, last: iso(last), due: iso(due) };
    return { kind: "report", absence: { id: derivedEventId(name, key, id, last), at: due, payload, hops } };
  }
  const isAwaited = awaited !== undefined && awaited > now - REMINDER_LOST && awaited > reminded;
  return isAwaited ? { kind: "none" } : { kind: "remind", at: due };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
