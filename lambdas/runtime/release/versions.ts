import type { ReleaseItem } from "../../../lib/contract/table.ts";
import type { Version } from "../ports/readers.ts";
import type { LiveRuns } from "./ports.ts";

/** Deployed versions and those with live runs, by workflow, the newest first. */
export function versionsOf(releases: readonly ReleaseItem[], live: readonly LiveRuns[]): Version[] {
  const same = (a: LiveRuns | ReleaseItem, b: LiveRuns | ReleaseItem) =>
    a.workflow === b.workflow && a.version === b.version;
  const deployed = releases.map((release) => ({
    workflow: release.workflow,
    version: release.version,
    deployedAt: release.deployedAt,
    runs: live.find((one) => same(one, release))?.runs ?? 0,
  }));
  const unknown = live
    .filter((one) => !releases.some((release) => same(release, one)))
    .map((one) => ({ ...one, deployedAt: undefined }));
  return [...deployed, ...unknown].sort(
    (a, b) => a.workflow.localeCompare(b.workflow) || (b.deployedAt ?? "").localeCompare(a.deployedAt ?? ""),
  );
}
