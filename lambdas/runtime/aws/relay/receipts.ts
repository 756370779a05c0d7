import { itemTimes } from "../../../../lib/contract/expiry.ts";
import { scheduleKey } from "../../../../lib/contract/keys/trigger.ts";
import type { ScheduleItem } from "../../../../lib/contract/table.ts";
import type { Now } from "../../ports/clock.ts";
import type { ScheduleCursors } from "../../schedule/ports.ts";
import { PutCommand } from "../client/dynamodb-commands.ts";
import { readItem } from "../table/read-items.ts";
import { type Table, unlessRefused } from "../table/table.ts";

/** Longer than a year, the longest interval of some schedules. */
const KEPT_DAYS = 2 * 366;

/** The last published occurrence of each schedule, in the table. */
export function tableReceipts(table: Table, now: Now = Date.now): ScheduleCursors {
  return {
    async read(schedule, timing) {
      const item = await readItem<ScheduleItem>(table, scheduleKey(schedule));
      return item?.timing === timing ? item.last : undefined;
    },

    async write(name, timing, last) {
      const item: ScheduleItem = {
        ...scheduleKey(name),
        kind: "schedule",
        name,
        timing,
        last,
        revision: 1,
        ...itemTimes(now(), KEPT_DAYS),
      };
      await unlessRefused(
        table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: item,
            ConditionExpression: "attribute_not_exists(pk) OR #timing <> :timing OR #last < :last",
            ExpressionAttributeNames: { "#timing": "timing", "#last": "last" },
            ExpressionAttributeValues: { ":timing": timing, ":last": last },
          }),
        ),
      );
    },
  };
}
