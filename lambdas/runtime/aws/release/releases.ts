import { itemTimes } from "../../../../lib/contract/expiry.ts";
import { releaseKey, releaseMachineKey } from "../../../../lib/contract/keys/deployment.ts";
import { foundPartitions } from "../../../../lib/contract/keys/index-partitions.ts";
import { runKey } from "../../../../lib/contract/keys/run.ts";
import {
  isEnded,
  type ReleaseItem,
  type ReleaseMachineItem,
  type RunItem,
  TABLE,
} from "../../../../lib/contract/table.ts";
import type { Now } from "../../ports/clock.ts";
import type { LiveRuns, Releases } from "../../release/ports.ts";
import { PutCommand } from "../client/dynamodb-commands.ts";
import { indexPages } from "../table/read-index.ts";
import { readItems } from "../table/read-items.ts";
import { queryPartition, type Table } from "../table/table.ts";

/** Runs end at their deadline, long before. */
const KEPT_DAYS = 10 * 365;

/** Releases in the table. */
export function tableReleases(table: Table, now: Now = Date.now): Releases {
  const find = async (workflow: string, version: string) =>
    (await readItems<ReleaseItem>(table, [releaseKey(workflow, version)]))[0];
  const put = (Item: ReleaseItem | ReleaseMachineItem) =>
    table.client.send(new PutCommand({ TableName: table.name, Item }));
  const list = async (workflow?: string) => {
    const { pk, sk } = releaseKey(workflow ?? "");
    return await Array.fromAsync(queryPartition<ReleaseItem>(table, pk, workflow && sk));
  };
  return {
    find,

    async withMachine(workflow, version) {
      const release = await find(workflow, version);
      if (!release?.express) return release;
      const [stored] = await readItems<ReleaseMachineItem>(table, [releaseMachineKey(workflow, version)]);
      return { ...release, machine: stored?.machine };
    },

    list,

    async live() {
      const counts = new Map<string, LiveRuns>();
      // Every run began on a release, also of a workflow that is not deployed any more.
      const workflows = new Set((await list()).map(({ workflow }) => workflow));
      for (const workflow of workflows) {
        for await (const page of openRuns(table, workflow)) {
          for (const { version } of page) {
            const key = releaseKey(workflow, version).sk;
            counts.set(key, { workflow, version, runs: (counts.get(key)?.runs ?? 0) + 1 });
          }
        }
      }
      return [...counts.values()];
    },

    async begun(workflow, versions) {
      const runs = new Map([...versions].map((version) => [version, [] as string[]]));
      const express = new Set((await list(workflow)).filter((one) => one.express).map((one) => one.version));
      for await (const page of openRuns(table, workflow)) {
        const keys = page.filter(({ version }) => versions.has(version)).map(({ run }) => runKey(run));
        for (const item of await readItems<RunItem>(table, keys)) {
          if (item && (hasBegun(item) || express.has(item.version))) runs.get(item.version)?.push(item.run);
        }
      }
      return runs;
    },

    async keep({ workflow, version, steps, graph, express, machine, needs }) {
      const earlier = (
        await Array.fromAsync(
          queryPartition<ReleaseItem>(table, releaseKey(workflow).pk, releaseKey(workflow, version).sk),
        )
      )[0];
      const { changedAt: time, expiresAt } = itemTimes(now(), KEPT_DAYS);
      const release: ReleaseItem = {
        ...releaseKey(workflow, version),
        kind: "release",
        workflow,
        version,
        steps,
        graph,
        express,
        needs,
        deployedAt: time,
        changedAt: time,
        revision: (earlier?.revision ?? 0) + 1,
        expiresAt,
      };
      // First, so that a release has its machine.
      if (machine !== undefined) {
        const { changedAt, revision } = release;
        const key = releaseMachineKey(workflow, version);
        await put({ ...key, kind: "release-machine", machine, changedAt, revision, expiresAt });
      }
      await put(release);
    },
  };
}

/** The runs of a workflow that have not ended, in pages. */
async function* openRuns(table: Table, workflow: string): AsyncGenerator<Pick<RunItem, "run" | "version">[]> {
  for (const partition of foundPartitions(workflow, "open"))
    yield* indexPages<Pick<RunItem, "run" | "version">>(table, TABLE.indexes.found, partition, {});
}

/** Whether a run still needs the version that it has: it began, or effects of an earlier epoch are being undone. */
function hasBegun({ status, compensation }: RunItem): boolean {
  return !isEnded(status) && (status !== "accepted" || compensation?.open === true);
}
