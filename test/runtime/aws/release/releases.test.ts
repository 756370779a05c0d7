import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import { tableReleases } from "../../../../lambdas/runtime/aws/release/releases.ts";
import { foundPartition } from "../../../../lib/contract/keys/index-partitions.ts";
import { runKey } from "../../../../lib/contract/keys/run.ts";
import { runId } from "../../../../lib/contract/runs/run-id.ts";
import { stateTable } from "../state-table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const open = stateTable(NOW);
const releases = (now = NOW) => tableReleases(open(), () => now);

test("a release is kept under its version, and the same version again takes its place", async () => {
  await releases().keep({ workflow: "film", version: "v1", steps: { draw: "arn:1" } });
  await releases().keep({ workflow: "film", version: "v2", steps: { draw: "arn:2" } });
  await releases().keep({ workflow: "film-trailer", version: "v1", steps: {} });
  await releases(NOW + 1000).keep({ workflow: "film", version: "v1", steps: { draw: "arn:3" } });
  expect(await releases().find("film", "v1")).toMatchObject({
    steps: { draw: "arn:3" },
    revision: 2,
    deployedAt: "2026-11-21T10:00:01.000Z",
  });
  expect(await releases().find("film", "v3")).toBeUndefined();
  expect((await releases().list("film")).map(({ version }) => version)).toEqual(["v1", "v2"]);
  expect(await releases().list()).toHaveLength(3);
});

test("every run that has not ended is counted, over all pages of the index; others are not", async () => {
  const large = "x".repeat(300_000);
  const runs = Array.from({ length: 24 }, (_, at) => ({
    run: runId("film", "film.wanted", `${at}`),
    version: at % 3 === 0 ? "v1" : "v2",
  }));
  for (const { run, version } of runs) {
    const Item = { ...runKey(run), run, workflow: "film", version, large };
    const listed = { found: foundPartition("film", "open", run), listedAt: new Date(NOW).toISOString() };
    await open().client.send(new PutCommand({ TableName: open().name, Item: { ...Item, ...listed } }));
  }
  const ended = { ...runKey("over"), run: "over", workflow: "film", version: "v1" };
  await open().client.send(new PutCommand({ TableName: open().name, Item: ended }));
  const live = await releases().live();
  expect(live.sort((a, b) => a.version.localeCompare(b.version))).toEqual([
    { workflow: "film", version: "v1", runs: 8 },
    { workflow: "film", version: "v2", runs: 16 },
  ]);
});

test("a version is needed by runs that have begun, and by those that wait if it needs no execution", async () => {
  await releases().keep({ workflow: "poster", version: "v1", steps: {} });
  await releases().keep({ workflow: "poster", version: "v2", steps: {}, express: "{}" });
  const [running, accepted, undoing, closing] = await Promise.all(
    ["running", "accepted", "undoing", "closing"].flatMap((state) =>
      ["v1", "v2"].map(async (version) => {
        const run = runId("poster", "poster.wanted", `${state} ${version}`);
        const status = state === "undoing" ? "accepted" : state;
        const compensation = state === "undoing" ? { open: true } : undefined;
        const Item = { ...runKey(run), run, workflow: "poster", version, status, compensation };
        const listed = {
          found: foundPartition("poster", "open", run),
          listedAt: new Date(NOW).toISOString(),
        };
        await open().client.send(new PutCommand({ TableName: open().name, Item: { ...Item, ...listed } }));
        return run;
      }),
    ),
  ).then((runs) => [0, 2, 4, 6].map((at) => runs.slice(at, at + 2)));
  const begun = await releases().begun("poster", new Set(["v1", "v2"]));
  const of = (at: number, ...groups: (string[] | undefined)[]) => groups.map((group) => group![at]!).sort();
  expect(begun.get("v1")!.sort()).toEqual(of(0, running, undoing, closing));
  expect(begun.get("v2")!.sort()).toEqual(of(1, running, accepted, undoing, closing));
  expect([...(await releases().begun("poster", new Set(["v2"]))).keys()]).toEqual(["v2"]);
});
