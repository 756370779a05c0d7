import { beforeEach, describe, expect, test } from "vitest";
import type { SentMessage } from "../../../lambdas/runtime/completion/arrivals.ts";
import {
  findLostMessages,
  type LostMessagePorts,
} from "../../../lambdas/runtime/completion/lost-messages.ts";
import { withdrawLosers } from "../../../lambdas/runtime/completion/races.ts";
import { deferredItem } from "../../../lambdas/runtime/defer/defer.ts";
import { derivedEventId } from "../../../lib/contract/event-id.ts";
import { raceChildKey, raceKey } from "../../../lib/contract/keys/race.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import type { CallChild, WaitForEvent } from "../../../lib/contract/messages/wait-message.ts";
import type { RaceChildItem, RaceItem, RunItem } from "../../../lib/contract/table.ts";
import {
  type CompletionHarness,
  completionHarness,
  EXECUTION,
  MINUTE,
  RUN,
  START,
} from "./completion-harness.ts";

let harness: CompletionHarness;
beforeEach(async () => {
  harness = await completionHarness();
});

const run = { id: RUN, workflow: "w", epoch: 1, version: "v", event: "e", correlation: "c", hops: 0 };
const entered = new Date(START).toISOString();
const entry = { taskToken: "t", run, entered, attempt: 1 };
const step = (path: string) => ({ ...entry, step: path, path, direction: "do" }) as StepMessage;
const waitFor = (key: string): WaitForEvent => ({ ...entry, kind: "event", path: key, event: "paid", key });

describe("the look for lost messages", () => {
  const look = async (messages: SentMessage[], more: Partial<LostMessagePorts> = {}) => {
    const tasks = messages.map((message) => ({ queueUrl: "q", message, since: entered }));
    harness.machines.open.set(EXECUTION, tasks);
    harness.clock.now = START + 60 * MINUTE;
    await findLostMessages(harness.run(), { ...harness.ports, ...more });
  };
  const refuse = async () => Promise.reject(new Error("read"));

  test("reads nothing of a run that waits for nothing for long", async () => {
    await look([], { deferredOf: refuse, items: refuse, isActive: refuse });
    expect(harness.missing).toEqual([]);
  });

  test("reads no items for messages that leave none, and each item once", async () => {
    const asked: string[][] = [];
    const items: LostMessagePorts["items"] = async (keys) => {
      asked.push(keys.map(({ sk }) => sk));
      return await harness.ports.items(keys);
    };
    await look([step("a")], { items });
    expect(asked).toEqual([]);
    await look([waitFor("k"), step("a"), waitFor("k"), waitFor("l")], { items });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toHaveLength(2);
  });

  test("reads only the runs that its calls may have started", async () => {
    const about = { workflow: "ship", event: "ship.requested", version: 1, payload: {}, reads: [] };
    const call: CallChild = { ...entry, ...about, kind: "child", path: "ship" };
    const read: string[] = [];
    const runs = {
      ...harness.ports.runs,
      read: async (id: string) => {
        read.push(id);
        return undefined;
      },
    };
    await look([waitFor("k"), call], { runs });
    expect(read).toHaveLength(1);
  });

  test("does not look at an execution that is none of the run's any more", async () => {
    await harness.state.runs.change(RUN, (item) => ({ ...item, status: "closing" }));
    await look([step("a")]);
    expect(harness.missing).toEqual([]);
  });

  test.each([
    ["all", ["run paused", "run paused"], 1],
    ["one of several", ["run paused", "workflow paused"], 1],
    ["none", ["workflow paused", "breaker open"], 0],
  ] as const)("releases messages if a pause of the run has deferred %s", async (_, reasons, released) => {
    for (const [at, reason] of reasons.entries())
      harness.state.write(
        deferredItem(step(`${at}`), { reason, due: undefined, owner: "o" }, { retentionDays: 9 }, START),
      );
    await look([step("a")]);
    expect(harness.released).toHaveLength(released);
  });
});

describe("ways that have lost a race", () => {
  const race = { ...raceKey(RUN, 1, "first"), kind: "race", run: RUN, epoch: 1, path: "first", winner: "a" };
  const child = (path: string, id: string) =>
    ({
      ...raceChildKey(RUN, 1, path),
      kind: "race-child",
      run: RUN,
      epoch: 1,
      path,
      child: id,
    }) as RaceChildItem;
  const called = (id: string, status: RunItem["status"]) =>
    harness.state.put({ ...harness.run(), ...runKey(id), run: id, epoch: 3, status });
  const withdraw = async (item: RunItem = harness.run()) => {
    const sealed: unknown[] = [];
    const claims = {
      ...harness.ports.claims,
      seal: async (...given: unknown[]) => void sealed.push(given.slice(0, 2)),
    };
    const answer = await withdrawLosers(item, { ...harness.ports, claims } as never);
    return { answer, sealed };
  };

  test("are sealed while the run continues, and were sealed by its end after that", async () => {
    expect(await withdraw()).toEqual({ answer: "finished", sealed: [] });
    harness.state.put(race as RaceItem);
    expect(await withdraw()).toEqual({ answer: "finished", sealed: [[RUN, 1]] });
    expect(await withdraw({ ...harness.run(), status: "failed" })).toEqual({
      answer: "finished",
      sealed: [],
    });
  });

  test("have the runs terminated that they called: each once, and none that has ended", async () => {
    harness.state.put(race as RaceItem);
    for (const [at, status] of (["running", "succeeded"] as const).entries()) {
      await harness.state.races.call(child(`first.b/film[${at}]`, `film-${at}`));
      called(`film-${at}`, status);
    }
    expect((await withdraw()).answer).toBe("finished");
    const path = "first.b/film[0]";
    expect([...harness.terminations.values()]).toMatchObject([
      {
        action: "terminate",
        target: { run: "film-0" },
        epoch: 3,
        by: "race",
        key: derivedEventId("race", RUN, 1, path, "film-0"),
      },
    ]);
  });

  test("are checked later if one of several called runs does not exist yet", async () => {
    harness.state.put(race as RaceItem);
    await harness.state.races.call(child("first.b/x", "missing"));
    await harness.state.races.call(child("first.b/y", "film"));
    called("film", "running");
    expect((await withdraw()).answer).toBe("later");
    expect(harness.terminations.size).toBe(1);
  });
});
