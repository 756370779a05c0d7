import type { Release, Roster } from "../../../lib/contract/release.ts";
import { type Lack, lacksOfApp, lacksOfRelease } from "./needs.ts";
import type { LiveRuns, Releases } from "./ports.ts";

/** Why a deployment is rejected. */
class DeploymentRefused extends Error {}

/**
 * Records a release, before its state machine exists. Throws DeploymentRefused if it lacks what open runs
 * need.
 */
export async function keepRelease(next: Release, releases: Releases): Promise<void> {
  const { workflow } = next;
  const lacks = lacksOfRelease(next, await releases.list(workflow));
  await refuseNeeded(`Workflow ${workflow}`, lacks, releases);
  await releases.keep(next);
}

/** Throws DeploymentRefused if open runs need a workflow, or an event, that is removed. */
export async function changeRoster(
  next: Roster,
  before: Roster,
  releases: Pick<Releases, "live" | "list" | "begun">,
): Promise<void> {
  const gone = before.workflows.filter((workflow) => !next.workflows.includes(workflow));
  const live = gone.length > 0 ? await releases.live() : [];
  const counts = gone
    .map((workflow) => ({ workflow, runs: runsOf(workflow, live) }))
    .filter(({ runs }) => runs > 0);
  const [first] = counts;
  if (first) {
    const names = counts.map(({ workflow, runs }) => `${workflow} (${count(runs)})`).join(", ");
    throw new DeploymentRefused(
      `Workflows with open runs cannot be removed: ${names}. ${wayOut(first.workflow)}`,
    );
  }
  await refuseNeeded("The app", lacksOfApp(next, await releases.list()), releases);
}

function runsOf(workflow: string, live: readonly LiveRuns[]): number {
  return live.filter((one) => one.workflow === workflow).reduce((sum, { runs }) => sum + runs, 0);
}

async function refuseNeeded(
  what: string,
  lacks: readonly Lack[],
  releases: Pick<Releases, "begun">,
): Promise<void> {
  const needed = await neededNow(lacks, releases);
  const [first] = needed;
  if (!first) return;
  const texts = needed.map(({ text }) => text).join("; ");
  throw new DeploymentRefused(
    `${what} cannot lose what open runs may still need: ${texts}. ${wayOut(first.workflow)}`,
  );
}

/** What is lacking of versions on which runs have begun, as text. A run that has not begun needs nothing of its version. */
async function neededNow(
  lacks: readonly Lack[],
  releases: Pick<Releases, "begun">,
): Promise<{ workflow: string; text: string }[]> {
  const needed: { workflow: string; text: string }[] = [];
  for (const workflow of new Set(lacks.map((lack) => lack.workflow))) {
    const own = lacks.filter((lack) => lack.workflow === workflow);
    const begun = await releases.begun(workflow, new Set(own.map(({ version }) => version)));
    for (const { what, version } of own) {
      const runs = begun.get(version) ?? [];
      if (runs.length === 0) continue;
      const text = `${what} needed by ${count(runs.length)} of version ${version} (${shown(runs)})`;
      needed.push({ workflow, text });
    }
  }
  return needed;
}

function wayOut(workflow: string): string {
  return `Put it back, or remove it when these runs have ended: "millrace drain ${workflow}" starts no other run, "millrace terminate <run>" ends one.`;
}

/** The first of them, so that one is found where others wait for their start and are not in the way. */
function shown(runs: readonly string[]): string {
  return runs.length > 1 ? `${runs[0]}, …` : runs[0]!;
}

function count(runs: number): string {
  return runs === 1 ? "1 open run" : `${runs} open runs`;
}
