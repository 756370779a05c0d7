import type { ControlTarget } from "../../../lib/contract/keys/control.ts";
import type { Now } from "../ports/clock.ts";
import type { Runs } from "../ports/runs.ts";
import type { Log, Metrics } from "../ports/telemetry.ts";
import { release } from "../runs/transitions.ts";

export interface HeldPorts {
  runs: Pick<Runs, "change">;
  /** Names of the workflows that are deployed. */
  workflows: readonly string[];
  /**
   * Those of these names whose state an operator has ever changed. Nothing was paused or drained by the others. Read
   * consistently.
   */
  controlled(target: ControlTarget, names: readonly string[]): Promise<readonly string[]>;
  /** Whether a workflow or reaction is active: neither paused nor drained. Read consistently. */
  isActive(target: ControlTarget, name: string): Promise<boolean>;
  /** Runs of a workflow that were accepted by `until` (ISO) and are held, oldest first, at most `limit`. */
  heldRuns(workflow: string, until: string, limit: number): Promise<string[]>;
  now: Now;
  log: Log;
  metrics: Metrics;
}

const AT_ONCE = 100;
/**
 * A run that has been held since then should be reported, or released by the operator who resumed the
 * workflow.
 */
const HELD_FOR = 60 * 60 * 1000;

/**
 * Sends runs to intake that are held though their workflow is active again, and reports those that a pause
 * has held for an hour.
 */
export async function reportHeld({
  runs,
  workflows,
  controlled,
  isActive,
  heldRuns,
  now,
  log,
  metrics,
}: HeldPorts): Promise<void> {
  const until = new Date(now() - HELD_FOR).toISOString();
  // One read instead of a query for each of them: most workflows were never paused.
  for (const workflow of await controlled("workflow", workflows)) {
    const held = await heldRuns(workflow, until, AT_ONCE);
    if (held.length === 0) continue;
    if (await isActive("workflow", workflow)) {
      log.warn("Runs were held though their workflow is active; they are sent to intake now.", {
        workflow,
        runs: held.length,
      });
      for (const run of held) await runs.change(run, release(now()));
      continue;
    }
    log.warn(`Runs wait for longer than an hour since the workflow ${workflow} is paused or drained.`, {
      workflow,
      runs: held.length,
      oldest: held[0],
    });
    metrics.count("RunsNotStarted", held.length, { workflow });
  }
}
