import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { StepMessage } from "../../../lib/contract/message.ts";
import type { ReleaseItem } from "../../../lib/contract/table.ts";
import type { Disposition } from "../disposition.ts";
import type { Log } from "../ports.ts";

export interface RouteToVersionPorts {
  /** Content version of the workflow that this function was deployed with. */
  version: string;
  find(workflow: string, version: string): Promise<ReleaseItem | undefined>;
  /** Has a function version take a delivery; undefined where that version is gone. */
  invoke(functionVersion: string, event: SQSEvent): Promise<SQSBatchResponse | undefined>;
  log: Log;
}

/** The version of a function that queues invoke. Those that were handed a message run under a number. */
const NEWEST = "$LATEST";

/**
 * Has a message served by the code that was deployed with its state machine, since a run ends on the version that it
 * began on. Answers what became of it there, or undefined for a message to serve here: of this function's own version,
 * or one that was routed already, or of an unknown version.
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

/** Asks once for what does not change while this function lives: a new deployment starts it again. */
export function remembering(find: RouteToVersionPorts["find"]): RouteToVersionPorts["find"] {
  const known = new Map<string, ReleaseItem>();
  return async (workflow, version) => {
    const key = `${workflow}#${version}`;
    const release = known.get(key) ?? (await find(workflow, version));
    if (release) known.set(key, release);
    return release;
  };
}
