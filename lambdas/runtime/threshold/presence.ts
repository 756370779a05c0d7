import { derivedEventId } from "../../../lib/contract/event-id.ts";
import type { Presence } from "../../../lib/contract/items/window.ts";
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
  event: Watched,
  spec: Spec,
  ports: PresencePorts,
): Promise<"noted" | "older"> {
  for (;;) {
    const { revision, state } = await ports.memory.read(event.key);
    if (state && event.at <= state.last) {
      // It may be another delivery of the last one, whose invocation stopped before its reminder.
      await lookAt(event.key, spec, ports);
      return "older";
    }
    const next: PresentState = {
      ...state,
      last: event.at,
      id: event.id,
      hops: event.hops,
      reported: undefined,
    };
    if (!(await ports.memory.write(event.key, revision, next))) continue;
    await lookAt(event.key, spec, ports);
    return "noted";
  }
}

/**
 * Checks whether the next event of a key is overdue. Publishes its absence once for each last event.
 * `reminded`: the time of the reminder that caused it.
 */
export async function lookAt(
  key: string,
  { name, within }: Spec,
  ports: PresencePorts,
  reminded?: number,
): Promise<void> {
  for (;;) {
    const { revision, state } = await ports.memory.read(key);
    if (!state) return;
    const { pending, ...presence } = state;
    if (pending) {
      await ports.publish(pending);
      if (await ports.memory.write(key, revision, { ...presence, pending: undefined })) return;
      continue;
    }
    const due = presence.last + within;
    if (presence.reported) return;
    if (due > ports.now()) {
      if (isAwaited(presence, ports.now(), reminded)) return;
      // Sent before it is recorded: after a crash in between it is sent twice, never not at all.
      await ports.lookAgain(key, due);
      if (await ports.memory.write(key, revision, { ...presence, lookAt: due })) return;
      continue;
    }
    const absence = {
      id: derivedEventId(name, key, presence.id, presence.last),
      at: due,
      payload: { key, last: iso(presence.last), due: iso(due) },
      hops: presence.hops,
    };
    const reported: PresentState = { ...presence, reported: true, lookAt: undefined, pending: absence };
    await ports.memory.write(key, revision, reported);
  }
}

/** Whether a reminder is outstanding. */
function isAwaited({ lookAt: at }: Presence, now: number, reminded = Number.NEGATIVE_INFINITY): boolean {
  return at !== undefined && at > now - REMINDER_LOST && at > reminded;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
