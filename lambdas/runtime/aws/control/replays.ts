import { itemTimes } from "../../../../lib/contract/expiry.ts";
import { shardOf } from "../../../../lib/contract/keys/index-partitions.ts";
import { dryRunEventKey, replayKey } from "../../../../lib/contract/keys/replay.ts";
import type { DryRunEventItem, ReplayItem } from "../../../../lib/contract/table.ts";
import type { Now } from "../../ports/clock.ts";
import type { ReplayStore, Replays } from "../../replay/ports.ts";
import { UpdateCommand } from "../client/dynamodb-commands.ts";
import { busClient } from "../client/events-calls.ts";
import { CancelReplayCommand, StartReplayCommand } from "../client/events-commands.ts";
import { readItem } from "../table/read-items.ts";
import { change, putNew, type Table } from "../table/table.ts";

/** Replays in the table, for the subscribers that receive their events. */
export function tableReplays(table: Table, now: Now = Date.now): Replays {
  // The fields that are read never change after the request.
  const known = new Map<string, ReplayItem>();
  return {
    async find(replay) {
      const found = known.get(replay) ?? (await readItem<ReplayItem>(table, replayKey(replay)));
      if (found) known.set(replay, found);
      return found;
    },

    async recordDryRun(replay, { subscriber, id, payload }) {
      const item: DryRunEventItem = {
        ...dryRunEventKey(replay, subscriber, id),
        kind: "dry-run-event",
        payload,
        revision: 1,
        ...itemTimes(now(), 1),
      };
      return await putNew(table, item);
    },

    async count(replay, subscriber, outcome) {
      // Not a change of the item itself: it publishes nothing.
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: replayKey(replay),
          UpdateExpression: "SET #counts.#met = if_not_exists(#counts.#met, :none) + :one",
          ConditionExpression: "attribute_exists(#counts)",
          ExpressionAttributeNames: { "#counts": "counts", "#met": `${subscriber} ${outcome}` },
          ExpressionAttributeValues: { ":none": 0, ":one": 1 },
        }),
      );
    },
  };
}

/** Replays of a bus's archive, by ARN, as operators request them. */
export function archiveReplays(
  table: Table,
  { archive, bus }: { archive: string; bus: string },
  client = busClient(),
): ReplayStore {
  return {
    keep: async (replay) => (await putNew(table, replay)) ?? replay,

    async start({ replay, from, to, requested }, rules) {
      const starting = client.send(
        new StartReplayCommand({
          ReplayName: replay,
          Description: `${requested.by}: ${requested.why}`.slice(0, LONGEST_DESCRIPTION),
          EventSourceArn: archive,
          EventStartTime: new Date(from),
          EventEndTime: new Date(to),
          Destination: { Arn: bus, FilterArns: [...rules] },
        }),
      );
      try {
        await starting;
        return "started";
      } catch (error) {
        const { name } = error as Error;
        if (name === "ResourceAlreadyExistsException") return "started";
        if (name === "LimitExceededException") return "too many";
        throw error;
      }
    },

    async announce({ replay, listedAt }) {
      await change(table, replayKey(replay), {
        set: {
          list: shardOf("replay", replay),
          changedAt: listedAt,
          unpublished: shardOf("unpublished", replay),
        },
        condition: "attribute_not_exists(#list)",
      });
    },

    async cancel(replay, order) {
      try {
        await client.send(new CancelReplayCommand({ ReplayName: replay }));
      } catch (error) {
        const { name } = error as Error;
        if (name === "IllegalStatusException" || name === "ResourceNotFoundException") return "over";
        throw error;
      }
      await change(table, replayKey(replay), {
        set: { cancelled: order, changedAt: order.at },
      });
      return "cancelled";
    },
  };
}

const LONGEST_DESCRIPTION = 512;
