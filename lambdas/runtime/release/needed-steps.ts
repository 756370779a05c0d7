import type { Release } from "../../../lib/contract/release.ts";
import type { LiveRuns } from "./ports.ts";

/**
 * A step that would be removed, or get another function and queue, and the runs of a version that still need
 * it.
 */
export interface NeededStep {
  step: string;
  change: "removed" | "moved";
  version: string;
  runs: number;
}

/**
 * The steps of earlier releases that live runs may still reach, and that the next release does not have at
 * the same function.
 */
export function neededSteps(
  next: Release,
  earlier: readonly Release[],
  live: readonly LiveRuns[],
): NeededStep[] {
  const ofWorkflow = live.filter(({ workflow, runs }) => workflow === next.workflow && runs > 0);
  return ofWorkflow.flatMap(({ version, runs }) => {
    const release = earlier.find((one) => one.workflow === next.workflow && one.version === version);
    return Object.entries(release?.steps ?? {}).flatMap(([step, code]): NeededStep[] => {
      const nextCode = next.steps[step];
      if (nextCode === undefined) return [{ step, change: "removed", version, runs }];
      return functionOf(nextCode) === functionOf(code) ? [] : [{ step, change: "moved", version, runs }];
    });
  });
}

/** The function of a version: its ARN without the number. */
function functionOf(versionArn: string): string {
  return versionArn.slice(0, versionArn.lastIndexOf(":"));
}

/** The workflows that would be removed and have live runs, with their number. */
export function neededWorkflows(
  next: readonly string[],
  earlier: readonly string[],
  live: readonly LiveRuns[],
): Map<string, number> {
  const gone = earlier.filter((workflow) => !next.includes(workflow));
  const counted = gone.map((workflow) => {
    const runs = live.filter((one) => one.workflow === workflow).reduce((sum, one) => sum + one.runs, 0);
    return [workflow, runs] as const;
  });
  return new Map(counted.filter(([, runs]) => runs > 0));
}
