import { describe, expect, test } from "vitest";
import { serveCustomResource } from "../../../lambdas/runtime/release/custom-resource.ts";
import { changeRoster, keepRelease } from "../../../lambdas/runtime/release/deployment.ts";
import { neededSteps } from "../../../lambdas/runtime/release/needed-steps.ts";
import type { LiveRuns, Releases } from "../../../lambdas/runtime/release/ports.ts";
import { versionsOf } from "../../../lambdas/runtime/release/versions.ts";
import type { Release } from "../../../lib/contract/release.ts";
import { RESOURCE } from "../../../lib/contract/release.ts";
import type { ReleaseItem } from "../../../lib/contract/table.ts";
import { memoryQueues } from "../memory/memory-replays.ts";

const release = (version: string, ...steps: string[]): Release => ({
  workflow: "film",
  version,
  steps: Object.fromEntries(steps.map((step) => [step, `arn:${step}:${version}`])),
});
const live = (version: string, runs: number, workflow = "film"): LiveRuns => ({ workflow, version, runs });

describe("steps that live runs need", () => {
  const earlier = [release("v1", "draw", "cut"), release("v2", "draw", "cut", "mix")];

  test.each<[string, Release, LiveRuns[], object[]]>([
    ["nothing runs", release("v3", "draw"), [], []],
    ["what runs keeps its steps", release("v3", "draw", "cut", "new"), [live("v1", 2)], []],
    ["other workflows do not count", release("v3", "draw"), [live("v1", 2, "trailer")], []],
    ["ended runs do not count", release("v3", "draw"), [live("v1", 0)], []],
    ["a version that is not on record has no known steps", release("v3"), [live("v0", 1)], []],
    [
      "a step that gets another function leaves its queue",
      { ...release("v3", "draw"), steps: { draw: "arn:draw:v3", cut: "arn:pool:v3" } },
      [live("v1", 2)],
      [{ step: "cut", change: "moved", version: "v1", runs: 2 }],
    ],
    [
      "each version that has the step counts for itself",
      release("v3", "draw"),
      [live("v1", 2), live("v2", 1)],
      [
        { step: "cut", change: "removed", version: "v1", runs: 2 },
        { step: "cut", change: "removed", version: "v2", runs: 1 },
        { step: "mix", change: "removed", version: "v2", runs: 1 },
      ],
    ],
  ])("%s", (_, next, runs, needed) => {
    expect(neededSteps(next, earlier, runs)).toEqual(needed);
  });
});

/** Releases in memory. */
function memory(earlier: Release[], runs: LiveRuns[]) {
  const kept: Release[] = [];
  const releases: Releases = {
    find: async () => undefined,
    withMachine: async () => undefined,
    list: async () => earlier as ReleaseItem[],
    live: async () => runs,
    keep: async (next) => void kept.push(next),
  };
  return { releases, kept };
}

test("a release is stored if no run needs what it lacks, and otherwise not", async () => {
  const free = memory([release("v1", "draw", "cut")], []);
  await keepRelease(release("v2", "draw"), free.releases);
  expect(free.kept).toEqual([release("v2", "draw")]);

  const busy = memory([release("v1", "draw", "cut")], [live("v1", 3)]);
  await expect(keepRelease(release("v2", "draw"), busy.releases)).rejects.toThrow(
    'Workflow film cannot lose steps that open runs may still reach: step "cut" is needed by 3 open runs of version v1. Put the steps back where they were, and remove them when these runs have ended: "millrace drain film" admits no new run, "millrace versions film" shows how many are left, "millrace terminate <run>" ends one.',
  );
  expect(busy.kept).toEqual([]);
});

test("a workflow is removed only if none of its runs is left", async () => {
  const { releases } = memory([], [live("v1", 1), live("v2", 1), live("v1", 4, "trailer")]);
  await changeRoster({ workflows: ["trailer"] }, { workflows: ["trailer", "poster"] }, releases);
  await expect(changeRoster({ workflows: [] }, { workflows: ["film", "poster"] }, releases)).rejects.toThrow(
    "Workflows with open runs cannot be removed: film (2 open runs).",
  );
});

describe("CloudFormation always gets an answer", () => {
  const request = (
    RequestType: string,
    ResourceProperties: object,
    ResourceType: string = RESOURCE.release,
  ) => ({
    RequestType,
    ResourceType,
    ResourceProperties,
    ResponseURL: "https://answer",
    StackId: "stack",
    RequestId: "request",
    LogicalResourceId: "Release",
    ServiceToken: "arn",
  });

  async function answerTo(asked: object, runs: LiveRuns[] = []) {
    const answers: unknown[] = [];
    const { releases, kept } = memory([release("v1", "cut")], runs);
    const respond = async (url: string, answer: object) => void answers.push([url, answer]);
    const log = { info() {}, warn() {}, error() {} };
    await serveCustomResource(asked as never, { releases, queues: memoryQueues(), respond, log });
    return { answers, kept };
  }
  const about = { StackId: "stack", RequestId: "request", LogicalResourceId: "Release" };
  const succeeded = ["https://answer", { ...about, PhysicalResourceId: "Release", Status: "SUCCESS" }];

  test("of a success, without its own properties in the release's", async () => {
    const properties = { ServiceToken: "arn", ServiceTimeout: "180", ...release("v2", "draw") };
    const { answers, kept } = await answerTo(request("Create", properties));
    expect(answers).toEqual([succeeded]);
    expect(kept).toEqual([release("v2", "draw")]);
  });

  test("of a refusal, with the reason", async () => {
    const { answers, kept } = await answerTo(request("Update", release("v2", "draw")), [live("v1", 1)]);
    expect(answers).toEqual([
      [
        "https://answer",
        expect.objectContaining({ Status: "FAILED", Reason: expect.stringContaining('step "cut"') }),
      ],
    ]);
    expect(kept).toEqual([]);
  });

  test("of a reason that is too long, as much as is taken", async () => {
    const { answers } = await answerTo(request("Create", {}, "x".repeat(5000)));
    expect(Buffer.byteLength(JSON.stringify((answers as any)[0][1]))).toBeLessThan(4096);
  });

  test.each(Object.values(RESOURCE))("of a Delete of %s, which is never refused", async (type) => {
    const { answers, kept } = await answerTo(request("Delete", release("v1", "cut"), type), [live("v1", 9)]);
    expect(answers).toEqual([succeeded]);
    expect(kept).toEqual([]);
  });
});

test("versions are listed by workflow, the newest first, including unrecorded ones", () => {
  const item = (version: string, deployedAt: string, workflow = "film") =>
    ({ workflow, version, deployedAt, steps: {} }) as ReleaseItem;
  const releases = [item("v1", "2026-01-01"), item("v2", "2026-01-02"), item("p", "2026-01-03", "poster")];
  expect(versionsOf(releases, [live("v1", 2), live("v0", 1)])).toEqual([
    { workflow: "film", version: "v2", deployedAt: "2026-01-02", runs: 0 },
    { workflow: "film", version: "v1", deployedAt: "2026-01-01", runs: 2 },
    { workflow: "film", version: "v0", deployedAt: undefined, runs: 1 },
    { workflow: "poster", version: "p", deployedAt: "2026-01-03", runs: 0 },
  ]);
});
