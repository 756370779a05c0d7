import { setTimeout } from "node:timers/promises";
import type { ObservedReplay } from "../lambdas/runtime/replay/ports.ts";
import type { Session } from "./session.ts";

const LOOK_EVERY = 500;
/** Events are counted after the replay has put them into the queues: the counts are whole when they do not change any more. */
const UNCHANGED = 6;
const LIMIT = 240;

/**
 * Waits until a dry run has counted its events. Answers what it has counted; undefined where it is still counting after two
 * minutes.
 */
export async function followDryRun(
  { replays }: Pick<Session, "replays">,
  replay: string,
  pause: (milliseconds: number) => Promise<unknown> = setTimeout,
): Promise<ObservedReplay | undefined> {
  let before = "";
  let unchanged = 0;
  for (let look = 0; look < LIMIT; look++) {
    const found = await replays.read(replay);
    const state = found?.progress.state;
    if (state === "failed" || state === "cancelled") return found;
    const counts = JSON.stringify(found?.item.counts);
    unchanged = state === "completed" && counts === before ? unchanged + 1 : 0;
    if (unchanged === UNCHANGED) return found;
    before = counts;
    await pause(LOOK_EVERY);
  }
  return undefined;
}
