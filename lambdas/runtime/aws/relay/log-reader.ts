import { deliveryKey } from "../../../../lib/contract/keys/delivery.ts";
import { correlatedKey, logEnd, logKey } from "../../../../lib/contract/keys/log.ts";
import { inOrder, storyOf } from "../../../../lib/contract/log/log-order.ts";
import { PACK_SPAN, type StoredLog, unpack } from "../../../../lib/contract/log/log-pack.ts";
import {
  type CorrelatedItem,
  type DeliveryItem,
  type LogItem,
  TABLE,
} from "../../../../lib/contract/table.ts";
import type { ListPart, Wanting } from "../../ports/list-part.ts";
import type { LogReader } from "../../ports/readers.ts";
import { queryPages, queryPartition, type Table } from "../table/table.ts";

/** Number of logs that are read in parallel, if an outside event led to many runs. */
const AT_ONCE = 10;

/** The log of runs in the table. It is slightly behind the current state. */
export function logReader(table: Table): LogReader {
  const ofRun: LogReader["ofRun"] = async (run, until) => {
    const items = (await Array.fromAsync(itemsOf(table, run, { to: until && logEnd(until) }))).flat();
    // An item begins with its first entry; other entries in it may be later.
    return inOrder(unpack(items).filter(({ at }) => until === undefined || at <= until));
  };
  return {
    ofRun,
    async ofCorrelation(correlation, until) {
      const [found, delivered] = await Promise.all([
        Array.fromAsync(queryPartition<CorrelatedItem>(table, correlatedKey(correlation).pk)),
        Array.fromAsync(queryPartition<DeliveryItem>(table, deliveryKey(correlation, "").pk)),
      ]);
      // A correlation begins with the event of this id. A duplicate names the run of another event.
      const started = delivered.filter(({ state }) => state !== "duplicate");
      const named = [...found, ...started].map(({ run }) => run);
      const runs = [...new Set(named)].filter((run) => run !== undefined).sort();
      const logs: LogItem[] = [];
      for (let at = 0; at < runs.length; at += AT_ONCE) {
        const some = await Promise.all(runs.slice(at, at + AT_ONCE).map((run) => ofRun(run, until)));
        logs.push(...some.flat());
      }
      return { runs, entries: inOrder(logs) };
    },
  };
}

/** A part of a run's log, after an entry: by the entries' keys, which begin with the time. */
export async function logPart(
  table: Table,
  run: string,
  { limit, after }: Wanting,
): Promise<ListPart<LogItem>> {
  const from = after && new Date(Date.parse(after.at) - PACK_SPAN).toISOString();
  let items: StoredLog[] = [];
  let ready: LogItem[] = [];
  for await (const page of itemsOf(table, run, { from, limit: 2 * limit })) {
    items = items.concat(page);
    // An item that is not read yet has no entry from before the time in its key.
    const read = timeOf(items.at(-1));
    ready = entriesAfter(items, after?.id).filter(({ at }) => at < read);
    if (ready.length > limit) break;
  }
  const all = ready.length > limit ? ready : entriesAfter(items, after?.id);
  const part = all.slice(0, limit);
  const last = part.at(-1);
  return {
    items: storyOf(part),
    next: all.length > limit && last ? { at: last.at, id: last.sk } : undefined,
  };
}

function timeOf(item: StoredLog | undefined): string {
  return item ? item.sk.slice(0, item.sk.indexOf("#")) : "";
}

function entriesAfter(items: readonly StoredLog[], key = ""): LogItem[] {
  return unpack(items).filter(({ sk }) => sk > key);
}

function itemsOf(
  table: Table,
  run: string,
  { from = "0", to = "~", limit }: { from?: string | undefined; to?: string | undefined; limit?: number },
): AsyncGenerator<StoredLog[]> {
  return queryPages<StoredLog>(table, {
    KeyConditionExpression: "#pk = :pk AND #sk BETWEEN :from AND :to",
    ExpressionAttributeNames: { "#pk": TABLE.partitionKey, "#sk": TABLE.sortKey },
    ExpressionAttributeValues: { ":pk": logKey(run, "", "", 0, "").pk, ":from": from, ":to": to },
    ...(limit !== undefined && { Limit: limit }),
  });
}
