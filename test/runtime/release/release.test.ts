import { describe, expect, test } from "vitest";
import { serveCustomResource } from "../../../lambdas/runtime/release/custom-resource.ts";
import { changeRoster, keepRelease } from "../../../lambdas/runtime/release/deployment.ts";
import type { LiveRuns, Releases } from "../../../lambdas/runtime/release/ports.ts";
import { versionsOf } from "../../../lambdas/runtime/release/versions.ts";
import type { Release, ReleaseNeeds } from "../../../lib/contract/release.ts";
import { RESOURCE } from "../../../lib/contract/release.ts";
import type { ReleaseItem } from "../../../lib/contract/table.ts";
import { memoryQueues } from "../memory/memory-replays.ts";

const release = (version: string, ...steps: string[]): Release => ({
  workflow: "film",
  version,
  steps: Object.fromEntries(steps.map((step) => [step, `arn:${step}:${version}`])),
});
const needing = (version: string, needs: Partial<ReleaseNeeds>, ...steps: string[]): Release => ({
  ...release(version, ...steps),
  needs: { undoSteps: [], breakers: [], events: [], calls: [], ...needs },
});
const live = (version: string, runs: number, workflow = "film"): LiveRuns => ({ workflow, version, runs });

/** Releases in memory, with how many runs have begun on each version. */
function memory(earlier: Release[], runs: LiveRuns[]) {
  const kept: Release[] = [];
  const releases: Releases = {
    find: async () => undefined,
    withMachine: async () => undefined,
    list: async () => earlier as ReleaseItem[],
    live: async () => runs,
    begun: async (workflow, versions) =>
      new Map(
        runs
          .filter((one) => one.workflow === workflow && versions.has(one.version))
          .map((one) => [one.version, Array.from({ length: one.runs }, (_, at) => `${workflow}-${at + 1}`)]),
      ),
    keep: async (next) => void kept.push(next),
  };
  return { releases, kept };
}

describe("what open runs need of the next release", () => {
  const earlier = [release("v1", "draw", "cut"), release("v2", "draw", "cut", "mix")];
  const undone = [needing("v1", { undoSteps: ["tear"], breakers: ['"ink" of draw'] }, "draw", "tear")];

  async function refusal(next: Release, runs: LiveRuns[], before = earlier): Promise<string> {
    const { releases, kept } = memory(before, runs);
    const said = await keepRelease(next, releases).then(
      () => "",
      (error: Error) => error.message,
    );
    expect(kept).toEqual(said === "" ? [next] : []);
    return said.replace(/^.* may still need: /, "").replace(/\. Put it back.*$/, "");
  }

  test.each<[string, Release, LiveRuns[], string, Release[]?]>([
    ["nothing runs", release("v3", "draw"), [], ""],
    ["what runs keeps its steps", release("v3", "draw", "cut", "new"), [live("v1", 2)], ""],
    ["other workflows do not count", release("v3", "draw"), [live("v1", 2, "trailer")], ""],
    ["ended runs do not count", release("v3", "draw"), [live("v1", 0)], ""],
    ["a version that is not on record has no known steps", release("v3"), [live("v0", 1)], ""],
    [
      "a step that gets another function leaves its queue",
      { ...release("v3", "draw"), steps: { draw: "arn:draw:v3", cut: "arn:pool:v3" } },
      [live("v1", 2)],
      'step "cut" is moved to another function, and needed by 2 open runs of version v1 (film-1, …)',
    ],
    [
      "each version that has the step counts for itself",
      release("v3", "draw"),
      [live("v1", 2), live("v2", 1)],
      'step "cut" is needed by 2 open runs of version v1 (film-1, …); step "cut" is needed by 1 open run of version v2 (film-1); step "mix" is needed by 1 open run of version v2 (film-1)',
    ],
    [
      "a step that undoes others may stay for another use",
      needing("v3", { breakers: ['"ink" of draw'] }, "draw", "tear"),
      [live("v1", 1)],
      'step "tear", which undoes others, is needed by 1 open run of version v1 (film-1)',
      undone,
    ],
    [
      "a breaker leaves the role of a function",
      needing("v3", { undoSteps: ["tear"] }, "draw", "tear"),
      [live("v1", 1)],
      'breaker "ink" of draw is needed by 1 open run of version v1 (film-1)',
      undone,
    ],
    [
      "an older deployment returns, which does not say what it has",
      release("v0", "draw", "tear"),
      [live("v1", 1)],
      "",
      undone,
    ],
  ])("%s", async (_, next, runs, needed, before) => {
    expect(await refusal(next, runs, before)).toBe(needed);
  });

  test("a refusal says what to do", async () => {
    const { releases } = memory(earlier, [live("v1", 3)]);
    await expect(keepRelease(release("v2", "draw"), releases)).rejects.toThrow(
      'Workflow film cannot lose what open runs may still need: step "cut" is needed by 3 open runs of version v1 (film-1, …). Put it back, or remove it when these runs have ended: "millrace drain film" starts no other run, "millrace terminate <run>" ends one.',
    );
  });
});

test("a workflow is removed only if none of its runs is left", async () => {
  const { releases } = memory([], [live("v1", 1), live("v2", 1), live("v1", 4, "trailer")]);
  await changeRoster({ workflows: ["trailer"] }, { workflows: ["trailer", "poster"] }, releases);
  await expect(changeRoster({ workflows: [] }, { workflows: ["film", "poster"] }, releases)).rejects.toThrow(
    "Workflows with open runs cannot be removed: film (2 open runs).",
  );
});

test("a workflow that is called and an event that is awaited are removed only if no open run needs them", async () => {
  const earlier = [needing("v1", { events: ["film.paid"], calls: ["trailer"] }), release("v2")];
  const before = { workflows: ["film", "trailer"], awaited: ["film.paid"] };
  const next = { workflows: ["film"], awaited: [] };
  await changeRoster(next, before, memory(earlier, [live("v2", 1)]).releases);
  const { releases } = memory(earlier, [live("v1", 1)]);
  await expect(changeRoster(next, before, releases)).rejects.toThrow(
    'The app cannot lose what open runs may still need: an awaited event, film.paid, is needed by 1 open run of version v1 (film-1); workflow "trailer" is needed by 1 open run of version v1 (film-1). Put it back,',
  );
  // A rollback to a deployment that does not say what its runs wait for.
  await changeRoster({ workflows: ["film", "trailer"] }, before, releases);
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
