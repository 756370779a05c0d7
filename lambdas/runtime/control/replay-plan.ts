import type { Replay } from "../../../lib/contract/messages/command.ts";
import type { DeployedQueue } from "../../../lib/contract/table.ts";
import { Refusal } from "./refusal.ts";

/** Which events are delivered to which subscribers. */
export interface ReplayPlan {
  /** ISO times. */
  from: string;
  to: string;
  subscribers: string[];
  events: string[];
  /** ARNs of the rules that receive the events. */
  rules: string[];
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * The rules for a replay of events. `now` in epoch milliseconds. Throws a Refusal if the archive does not
 * contain that time, or if there is no subscriber to deliver to.
 */
export function planReplay(
  order: Replay,
  queues: readonly DeployedQueue[],
  { now, archiveDays }: { now: number; archiveDays: number },
): ReplayPlan {
  const { from, to } = spanOf(order, now, archiveDays);
  const chosen = subscribersOf(order, queues);
  const taken = [...new Set(chosen.flatMap(({ rules }) => Object.keys(rules)))].sort();
  const unknown = (order.events ?? []).filter((event) => !taken.includes(event));
  if (unknown.length > 0)
    throw new Refusal(
      `${named(order)} not take ${unknown.join(", ")}. ${taken.length > 0 ? `Available: ${taken.join(", ")}.` : ""}`.trim(),
    );
  const events = order.events ? [...new Set(order.events)].sort() : taken;
  const concerned = chosen.filter(({ rules }) => events.some((event) => rules[event] !== undefined));
  if (concerned.length === 0)
    throw new Refusal(`There is nothing to replay: ${named(order)} not take any event.`);
  const rules = concerned.flatMap(({ rules }) => events.flatMap((event) => rules[event] ?? []));
  return { from, to, subscribers: concerned.map(({ name }) => name).sort(), events, rules };
}

function spanOf(order: Replay, now: number, archiveDays: number): Pick<ReplayPlan, "from" | "to"> {
  if (order.from === undefined) throw new Refusal('The start of the time range is missing: set "from".');
  const [from, to] = [Date.parse(order.from), order.to === undefined ? now : Date.parse(order.to)];
  const oldest = now - archiveDays * DAY;
  if (to > now)
    throw new Refusal(`The end of the time range, ${iso(to)}, is in the future. Use an earlier "to".`);
  if (from >= to)
    throw new Refusal(`The time range from ${iso(from)} to ${iso(to)} is empty. Use an earlier "from".`);
  if (from < oldest)
    throw new Refusal(
      `The archive keeps events for ${archiveDays} days: events from before ${iso(oldest)} no longer exist. Use a later "from".`,
    );
  return { from: iso(from), to: iso(to) };
}

function subscribersOf({ target, dry, again }: Replay, queues: readonly DeployedQueue[]): DeployedQueue[] {
  const subscribers = queues.filter(({ role }) => role === "workflow" || role === "reaction");
  if (!("subscriber" in target)) return subscribers;
  const waits = queues.find(({ role, name }) => role === "waits" && name === target.subscriber);
  if (waits && (dry || again))
    throw new Refusal(
      `${waits.name} delivers awaited events to waiting runs. It supports neither a dry run nor a restart.`,
    );
  const found = waits ?? subscribers.find(({ name }) => name === target.subscriber);
  if (found) return [found];
  const names = subscribers.map(({ name }) => name).sort();
  throw new Refusal(
    `There is no subscriber "${target.subscriber}". Available: ${names.join(", ") || "none"}.`,
  );
}

/** "produce-video does", "The subscribers do" */
function named({ target }: Replay): string {
  return "subscriber" in target ? `${target.subscriber} does` : "the subscribers do";
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
