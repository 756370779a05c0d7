import type { WaitKey } from "../../../lib/contract/table.ts";
import { type Delivery, deliver } from "./deliver.ts";
import { type Match, type Meeting, match, unanswered } from "./match.ts";
import type { WaitPorts } from "./ports.ts";
import { consume } from "./transitions.ts";

/** More rounds than concurrent changes can cause; then the message has to be delivered again. */
const MOST_ROUNDS = 20;
/** Waiters that are answered at once. */
const AT_ONCE = 20;

/**
 * Matches waiters and events until nothing is left to match. Called after the own item was written: the later
 * of two writers sees both items, and if both do, conditions let one write each match.
 */
export async function matchWaiters(
  point: WaitKey,
  run: string | undefined,
  ports: WaitPorts,
): Promise<Meeting> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const meeting = await ports.waits.meeting(point, run);
    const outcomes = await inTurns(unanswered(meeting), (made) => deliver(made, ports));
    outcomes.push(
      ...(await inTurns(match(meeting, ports.now()), (found) => consumeAndDeliver(found, ports))),
    );
    if (outcomes.every((outcome) => outcome === "delivered" || outcome === "kept")) return meeting;
  }
  throw new Error(`Concurrent changes of the waiters for ${point.event} "${point.key}". Try again.`);
}

async function consumeAndDeliver({ waiter, event }: Match, ports: WaitPorts): Promise<Delivery> {
  const matched = consume(waiter, event);
  if (!(await ports.waits.consume(waiter, matched))) return "changed";
  return await deliver({ waiter: { ...matched, revision: waiter.revision + 1 }, event }, ports);
}

async function inTurns<T, Result>(things: T[], handle: (thing: T) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < things.length; at += AT_ONCE) {
    results.push(...(await Promise.all(things.slice(at, at + AT_ONCE).map(handle))));
  }
  return results;
}
