import { type Compared, compare } from "../../../lib/contract/recording/compare.ts";
import type { HistoryEvent } from "../../../lib/contract/recording/history.ts";
import { pathOf } from "../../../lib/contract/recording/path.ts";
import { type ExecutionRecord, record } from "../../../lib/contract/recording/record.ts";
import type { Path, RecordedExecution } from "../../../lib/contract/recording/recording.ts";
import { rerunRequest } from "../../../lib/contract/recording/request.ts";
import { show } from "../../../lib/contract/recording/show.ts";
import { rerunAll } from "../../../local/rerun.ts";

/** The path of an execution when it is run again, on its own definition or on another. */
export async function replayed(execution: RecordedExecution, definition?: unknown): Promise<Path> {
  const [answer] = await rerunAll([rerunRequest(execution, definition)]);
  return pathOf(answer!.events);
}

/** What a replay of a recorded execution shows. */
export async function replayOf(
  execution: RecordedExecution,
  definition?: unknown,
  compared: Compared = "all",
): Promise<string> {
  return show(compare(execution, await replayed(execution, definition), compared));
}

/** A record as a recorded execution. */
export function recorded(found: ExecutionRecord): RecordedExecution {
  return record(found).executions[0]!;
}

/** The record with each event delayed by a further number of milliseconds, as if states took time. */
export function delayed(found: ExecutionRecord, milliseconds: number): ExecutionRecord {
  const history = found.history.map(
    (event): HistoryEvent => ({
      ...event,
      timestamp: new Date(Date.parse(event.timestamp) + event.id * milliseconds).toISOString(),
    }),
  );
  return { ...found, history };
}
