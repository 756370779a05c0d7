import { breakerKey, controlKey } from "../../../../lib/contract/keys/control.ts";
import { feedKey } from "../../../../lib/contract/keys/log.ts";
import { runKey } from "../../../../lib/contract/keys/run.ts";
import type {
  ApprovalItem,
  BreakerItem,
  ControlItem,
  FeedItem,
  QuarantineItem,
  ReplayItem,
  RunItem,
} from "../../../../lib/contract/table.ts";
import type { Views } from "../../api/ports.ts";
import type { SearchedWorkflow } from "../../api/run-partitions.ts";
import type { Log } from "../../ports/telemetry.ts";
import { QueryCommand } from "../client/dynamodb-commands.ts";
import { deadLetterReader } from "../control/dead-letter-reader.ts";
import { tableQuarantineStore } from "../control/quarantine-store.ts";
import { replayReader } from "../control/replay-reader.ts";
import { settingsHistory } from "../control/settings-history.ts";
import { progressFiles } from "../files/progress-files.ts";
import { signedAddresses } from "../files/signed-addresses.ts";
import { deliveryReader } from "../ledger/delivery-reader.ts";
import { tableQueues } from "../queues/deployed-queues.ts";
import { queueAges } from "../queues/queue-ages.ts";
import { queueDepths } from "../queues/queue-depths.ts";
import { logPart, logReader } from "../relay/log-reader.ts";
import { registerViewer } from "../relay/viewers.ts";
import { tableReleases } from "../release/releases.ts";
import { limitLanes } from "../runs/limit-lanes.ts";
import { runReader } from "../runs/run-reader.ts";
import { tableRunSearch } from "../runs/run-search.ts";
import { sentInputs } from "../runs/sent-input.ts";
import { listedItems } from "../table/listed-items.ts";
import { readItem, readItems } from "../table/read-items.ts";
import type { Table } from "../table/table.ts";
import { linesWith } from "./function-logs.ts";

interface Sources {
  table: Table;
  /** Name of the artifact bucket. */
  bucket: string;
  workflows: readonly SearchedWorkflow[];
  log: Log;
}

/** The queries of the API, on the table and the queues. */
export function apiViews({ table, bucket, workflows, log }: Sources): Views {
  const search = tableRunSearch(table, workflows);
  const runs = runReader(table);
  const logs = logReader(table);
  const releases = tableReleases(table);
  const replays = replayReader(table);
  const deadLetters = deadLetterReader(table);
  const deliveries = deliveryReader(table);
  return {
    runs: (wanted, { limit, after }) => search(wanted, limit, after),
    runItem: (run) => readItem<RunItem>(table, runKey(run)),
    run: runs.run,
    log: logs.ofRun,
    logPart: (run, wanting) => logPart(table, run, wanting),
    correlated: logs.ofCorrelation,
    release: releases.find,
    versions: remembered(runs.versions, VERSIONS_KNOWN_FOR),
    controls: (names) =>
      readItems<ControlItem>(
        table,
        names.map(({ target, name }) => controlKey(target, name)),
      ),
    settings: settingsHistory(table),
    limitLane: limitLanes(table),
    breakers: (names) => readItems<BreakerItem>(table, names.map(breakerKey)),
    openApprovals: (wanting) => listedItems<ApprovalItem>(table, "approval", wanting),
    quarantined: (wanting) => listedItems<QuarantineItem>(table, "quarantine", wanting),
    quarantine: tableQuarantineStore(table).read,
    queues: tableQueues(table).list,
    depths: queueDepths(log),
    ages: queueAges(log),
    deadLetters: deadLetters.list,
    deadLetter: deadLetters.read,
    replays: (wanting) => listedItems<ReplayItem>(table, "replay", wanting),
    replay: replays.read,
    deliveriesOf: deliveries.ofEvent,
    deliveries: (kind, wanting) => deliveries.list({ kind, ...wanting }),
    feed: (after) => feedAfter(table, after),
    registerViewer: registerViewer(table),
    written: linesWith(),
    sentInput: sentInputs(),
    modelProgress: progressFiles(bucket),
    signedUrl: signedAddresses(bucket),
  };
}

/** It counts all open runs: not for each viewer. */
const VERSIONS_KNOWN_FOR = 10_000;

/** Returns the same answer for this number of milliseconds. */
function remembered<Known>(look: () => Promise<Known>, milliseconds: number): () => Promise<Known> {
  let known: { at: number; answer: Promise<Known> } | undefined;
  return () => {
    if (!known || Date.now() - known.at >= milliseconds) {
      const answer = look();
      known = { at: Date.now(), answer };
      answer.catch(() => {
        known = undefined;
      });
    }
    return known.answer;
  };
}

/** At most 1 MB, one response of DynamoDB: the next page continues from there. */
async function feedAfter(table: Table, after: string): Promise<FeedItem[]> {
  const { Items } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      ConsistentRead: true,
      KeyConditionExpression: "#pk = :feed AND #sk > :after",
      ExpressionAttributeNames: { "#pk": "pk", "#sk": "sk" },
      ExpressionAttributeValues: { ":feed": feedKey().pk, ":after": after },
    }),
  );
  return (Items ?? []) as FeedItem[];
}
