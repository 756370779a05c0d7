import type { RunItem } from "../../../lib/contract/table.ts";
import { fitOutput } from "../completion/fit-output.ts";
import type { Artifacts } from "../ports/files.ts";
import type { Log } from "../ports/telemetry.ts";
import type { ExpressEnds } from "./ports.ts";

export interface EndPorts extends Pick<ExpressEnds, "runs"> {
  artifacts: Pick<Artifacts, "put">;
  log: Pick<Log, "info">;
}

/**
 * Every step of a run without an execution is done: the run ends as if an execution had succeeded. No claim
 * is left to seal. A run that is already ending, or that an execution has taken over, ends there.
 */
export async function endExpress(
  ended: Pick<RunItem, "run" | "epoch" | "acceptedAt">,
  output: unknown,
  { runs, artifacts, log }: EndPorts,
): Promise<void> {
  const { run, epoch } = ended;
  const refusedBy = await runs.succeeded(ended, await fitOutput(output, artifacts));
  if (refusedBy === undefined) log.info("The run succeeded.", { run, epoch });
  else log.info("The outcome is not needed.", { run, epoch, ...stateOf(refusedBy) });
}

function stateOf({ status, epoch, execution }: RunItem) {
  return { status, current: epoch, execution };
}
