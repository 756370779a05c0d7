import middy from "@middy/core";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import type { InputOf } from "../../../lib/contract/schema.ts";
import type {
  ChangeEvents,
  ChangeKind,
  ItemChange,
  TableChangesSpec,
} from "../../../lib/contract/trigger/table.ts";
import type { Translate } from "../../../lib/contract/trigger/trigger.ts";
import { observe, writeMetrics } from "../aws/observe.ts";
import { readChange } from "../aws/table/stream-record.ts";
import { arrivalOf, type ChangeTranslations } from "../ingress/change-arrivals.ts";
import { openIngress } from "./open-ingress.ts";

type Translations<Events extends ChangeEvents> = {
  readonly [Kind in keyof Events & ChangeKind]?: Translate<
    ItemChange,
    InputOf<NonNullable<Events[Kind]>["schema"]>
  >;
};

/**
 * The Lambda handler of a table's changes: `export const handler = tableChanges(userChanges, { modified:
 * (change) => … })`. Changes of an item are published in order. From the first that the bus rejects, all are
 * delivered again.
 */
export function tableChanges<Events extends ChangeEvents>(
  spec: TableChangesSpec<Events>,
  translations: Translations<Events> = {},
) {
  const { metrics, log, counters } = observe(spec.name);
  const ingress = openIngress(spec);
  return middy<DynamoDBStreamEvent, DynamoDBBatchResponse>()
    .use(writeMetrics(metrics))
    .handler(async ({ Records }) => {
      const arrivals = Records.flatMap((record) => {
        const change = readChange(record);
        const arrival = arrivalOf(change, spec, translations as ChangeTranslations);
        return arrival ? [{ arrival, sequence: change.sequence }] : [];
      });
      const outcomes = await ingress(
        arrivals.map(({ arrival }) => arrival),
        log,
        counters,
      );
      const refused = arrivals[outcomes.indexOf("refused")];
      return { batchItemFailures: refused ? [{ itemIdentifier: refused.sequence }] : [] };
    });
}
