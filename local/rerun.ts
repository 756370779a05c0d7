import { text } from "node:stream/consumers";
import { UserError } from "./kernel/errors.ts";
import { describeEvent } from "./states/history.ts";
import type { RerunRequest } from "./states/rerun/request.ts";
import { rerun } from "./states/rerun/rerun.ts";

/**
 * Runs an execution of Step Functions again with recorded answers: reads `RerunRequest[]` as JSON from
 * standard input, writes `{ events }[]` to standard output, the events in the form of GetExecutionHistory,
 * but with ISO times.
 */
async function main(): Promise<void> {
  const requests: RerunRequest[] = JSON.parse(await text(process.stdin));
  process.stdout.write(JSON.stringify(await rerunAll(requests)));
}

/**
 * The histories of executions that are run again, in the order of the requests. Throws UserError for one that
 * cannot be run.
 */
export async function rerunAll(requests: readonly RerunRequest[]): Promise<{ events: RerunEvent[] }[]> {
  const answers: { events: RerunEvent[] }[] = [];
  for (const request of requests) {
    const history = await rerun(request);
    const events = history.map((event) => {
      return { ...describeEvent(event, true), timestamp: new Date(event.time).toISOString() } as RerunEvent;
    });
    answers.push({ events });
  }
  return answers;
}

export interface RerunEvent {
  id: number;
  previousEventId: number;
  timestamp: string;
  type: string;
  [details: string]: unknown;
}

if (import.meta.main) {
  await main().catch((error) => {
    process.stderr.write(`${error instanceof UserError ? error.message : (error as Error).stack}\n`);
    process.exitCode = 1;
  });
}
