import { raceKey, racePartition } from "../../../../lib/contract/keys/race.ts";
import { waysOf } from "../../../../lib/contract/race.ts";
import type { RaceChildItem, RaceItem } from "../../../../lib/contract/table.ts";
import type { DecidedRaces } from "../../completion/ports.ts";
import type { Races } from "../../wait/ports.ts";
import { DeleteCommand, PutCommand } from "../client/dynamodb-commands.ts";
import { readItem, readItems } from "../table/read-items.ts";
import { queryPartition, type Table, unlessRefused } from "../table/table.ts";

/** Decided races in the table, and the runs that their ways have called. */
export function tableRaces(table: Table): Races & DecidedRaces {
  const put = (Item: RaceItem | RaceChildItem) =>
    unlessRefused(
      table.client.send(
        new PutCommand({
          TableName: table.name,
          Item,
          ConditionExpression: "attribute_not_exists(pk)",
        }),
      ),
    );
  const all = <Item>(run: string, prefix: string) =>
    Array.fromAsync(queryPartition<Item>(table, racePartition(run), prefix));
  return {
    async decide(item) {
      if (await put(item)) return item;
      return (await readItem<RaceItem>(table, item)) ?? item;
    },
    async call(item) {
      await put(item);
    },
    async uncall({ pk, sk }) {
      await table.client.send(new DeleteCommand({ TableName: table.name, Key: { pk, sk } }));
    },
    decided: (run) => all<RaceItem>(run, "race#"),
    children: (run) => all<RaceChildItem>(run, "child#"),
  };
}

/** The decisions of the races around a path that are known by now, read consistently. */
export async function racesAround(
  table: Table,
  run: string,
  { epoch, path }: { epoch: number; path: string },
): Promise<RaceItem[]> {
  const keys = waysOf(path).map(({ race }) => raceKey(run, epoch, race));
  return (await readItems<RaceItem>(table, keys)).filter((item) => item !== undefined);
}
