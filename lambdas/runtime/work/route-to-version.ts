import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import type { ReleaseItem } from "../../../lib/contract/table.ts";
import type { Disposition } from "../ports/disposition.ts";
import type { Log } from "../ports/telemetry.ts";

export interface RouteToVersionPorts {
  /** Content version of the workflow with which this function was deployed. */
  version: string;
  find(workflow: string, version: string): Promise<ReleaseItem | undefined>;
  /** Invokes a function version with a delivery; undefined if that version no longer exists. */
  invoke(functionVersion: string, event: SQSEvent): Promise<SQSBatchResponse | undefined>;
  log: Log;
}

/** The version of a function that queues invoke. A version that was routed a message runs under a number. */
const NEWEST = "$LATEST";

/**
 * Routes a message to the code that was deployed with its state machine, since a run ends on the version on
 * which it began. Answers the outcome there, or undefined for a message to handle here: of this function's
 * own version, already routed, or of an unknown version.
 */
export async function routeToVersion(
  message: StepMessage,
  record: SQSRecord,
  functionVersion: string,
  { version: own, find, invoke, log }: RouteToVersionPorts,
): Promise<Disposition | undefined> {
  const version = message.version ?? message.run.version;
  if (version === own || functionVersion !== NEWEST) return undefined;
  const release = await find(message.run.workflow, version);
  const code = release?.steps[message.step];
  const answer = code && (await invoke(code, { Records: [record] }));
  if (!answer) {
    log.warn(
      "The function version that the run started on no longer exists; the newest version handles the message.",
      {
        version,
      },
    );
    return undefined;
  }
  log.info("Handled by the function version that the run started on.", { version, code });
  return answer.batchItemFailures.length === 0
    ? "finished"
    : { why: `the function of version ${version} returned it` };
}

/**
 * Reads once what does not change during the life of this function: a new deployment starts new environments.
 */
export function remembering<Found extends object>(
  find: (workflow: string, version: string) => Promise<Found | undefined>,
): typeof find {
  const known = new Map<string, Found>();
  return async (workflow, version) => {
    const key = `${workflow}#${version}`;
    const found = known.get(key) ?? (await find(workflow, version));
    if (found) known.set(key, found);
    return found;
  };
}
