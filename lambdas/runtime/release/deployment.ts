import type { Release, Roster } from "../../../lib/contract/release.ts";
import { type NeededStep, neededSteps, neededWorkflows } from "./needed-steps.ts";
import type { Releases } from "./ports.ts";

/** Why a deployment is rejected. */
class DeploymentRefused extends Error {}

/**
 * Records a release, before its state machine exists. Throws DeploymentRefused if live runs need steps that
 * it lacks.
 */
export async function keepRelease(next: Release, releases: Releases): Promise<void> {
  const needed = neededSteps(next, await releases.list(next.workflow), await releases.live());
  if (needed.length > 0) throw new DeploymentRefused(stepsNeeded(next.workflow, needed));
  await releases.keep(next);
}

/** Throws DeploymentRefused if a workflow with live runs is removed. */
export async function changeRoster(
  next: Roster,
  before: Roster,
  releases: Pick<Releases, "live">,
): Promise<void> {
  const needed = neededWorkflows(next.workflows, before.workflows, await releases.live());
  if (needed.size === 0) return;
  const names = [...needed].map(([workflow, runs]) => `${workflow} (${count(runs)})`).join(", ");
  throw new DeploymentRefused(
    `Workflows with open runs cannot be removed: ${names}. Put them back into the app, and ${wayOut([...needed.keys()][0]!)}.`,
  );
}

function stepsNeeded(workflow: string, needed: NeededStep[]): string {
  const steps = needed.map(
    ({ step, change, version, runs }) =>
      `step "${step}" is ${change === "moved" ? "moved to another function, and " : ""}needed by ${count(runs)} of version ${version}`,
  );
  return `Workflow ${workflow} cannot lose steps that open runs may still reach: ${steps.join("; ")}. Put the steps back where they were, and ${wayOut(workflow)}.`;
}

function wayOut(workflow: string): string {
  return `remove them when these runs have ended: "millrace drain ${workflow}" admits no new run, "millrace versions ${workflow}" shows how many are left, "millrace terminate <run>" ends one`;
}

function count(runs: number): string {
  return runs === 1 ? "1 open run" : `${runs} open runs`;
}
