import { itemTimes } from "../../../../lib/contract/expiry.ts";
import { releaseKey, releaseMachineKey } from "../../../../lib/contract/keys/deployment.ts";
import { foundPartitions } from "../../../../lib/contract/keys/index-partitions.ts";
import {
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
        for await (const version of openVersions(table, workflow)) {
          const key = releaseKey(workflow, version).sk;
          counts.set(key, { workflow, version, runs: (counts.get(key)?.runs ?? 0) + 1 });
        }
      }
      return [...counts.values()];
    },

    async keep({ workflow, version, steps, graph, express, machine }) {
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

/** The version of each run of a workflow that has not ended. */
async function* openVersions(table: Table, workflow: string): AsyncGenerator<string> {
  const { found } = TABLE.indexes;
  for (const partition of foundPartitions(workflow, "open")) {
    const pages = indexPages<Pick<RunItem, "version">>(table, found, partition, {});
    for await (const page of pages) for (const { version } of page) yield version;
  }
}
