import { viewersKey } from "../../../../lib/contract/keys/log.ts";
import { FEED_SECONDS, VIEWERS_NOTICED, VIEWERS_REMEMBERED } from "../../../../lib/contract/log/feed.ts";
import { TABLE, type ViewersItem } from "../../../../lib/contract/table.ts";
import type { Now } from "../../ports/clock.ts";
import type { Log } from "../../ports/telemetry.ts";
import type { Viewers } from "../../relay/ports.ts";
import { GetCommand } from "../client/dynamodb-commands.ts";
import { changeAndRead, putOrChange, type Table } from "../table/table.ts";

const FEED = FEED_SECONDS * 1000;
/**
 * A viewer is registered again after this part of the hour: one or two writes in ten minutes, for any number
 * of viewers.
 */
const RENEWED_AFTER = 10 * 60 * 1000;

/** Whether there are viewers, for the relay. If it cannot be read, there may be. */
export function tableViewers(table: Table, log: Pick<Log, "warn">, now: Now = Date.now): Viewers {
  let known: { at: number; any: boolean } | undefined;
  return {
    async any() {
      if (known && now() - known.at < VIEWERS_REMEMBERED) return known.any;
      const at = now();
      try {
        // An answer that is a second old is good enough, at half the price.
        const { Item } = await table.client.send(
          new GetCommand({ TableName: table.name, Key: viewersKey() }),
        );
        known = { at, any: Item !== undefined && Date.parse((Item as ViewersItem).until) > at };
        return known.any;
      } catch (error) {
        log.warn("Could not read whether there are viewers; changes are written to the feed.", {
          error: String(error),
        });
        return true;
      }
    },
  };
}

/**
 * Registers a viewer for the next hour. Returns the time since which the feed is complete, in epoch
 * milliseconds: shortly after the first viewer was registered.
 */
export function registerViewer(table: Table, now: Now = Date.now): () => Promise<number> {
  let known: { at: number; since: Promise<number> } | undefined;
  return async () => {
    if (!known || now() - known.at >= RENEWED_AFTER) {
      const since = renew(table, now());
      known = { at: now(), since };
      since.catch(() => {
        known = undefined;
      });
    }
    return (await known.since) + VIEWERS_NOTICED;
  };
}

async function renew(table: Table, now: number): Promise<number> {
  const time = new Date(now).toISOString();
  const set = {
    kind: "viewers",
    changedAt: time,
    until: new Date(now + FEED).toISOString(),
    [TABLE.expiresAt]: Math.ceil((now + FEED) / 1000),
  };
  const still = await changeAndRead(table, viewersKey(), {
    set,
    condition: "#until >= :now",
    values: { now: time },
  });
  if ("changed" in still) return Date.parse((still.changed as ViewersItem).since);
  const first = await putOrChange(table, viewersKey(), {
    set: { ...set, since: time },
    condition: "#until < :now",
    values: { now: time },
  });
  // Another viewer was registered a moment ago.
  return Date.parse(first.changed ? time : (first.refusedBy as ViewersItem).since);
}
