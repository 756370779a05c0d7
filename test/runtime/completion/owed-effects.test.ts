import { describe, expect, test } from "vitest";
import { countUndos, owedEffects } from "../../../lambdas/runtime/completion/undo.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";

const time = (minute: number) => `2026-11-21T10:0${minute}:00.000Z`;
const effect = (path: string, more: Partial<ClaimItem> = {}) =>
  ({
    ...claimKey("r", more.epoch ?? 1, path, more.direction ?? "do"),
    kind: "claim",
    run: "r",
    epoch: 1,
    path,
    direction: "do",
    state: "done",
    changedAt: time(0),
    undo: { step: `undo-${path}`, input: 1 },
    ...more,
  }) as ClaimItem;
const undo = (path: string, more: Partial<ClaimItem> = {}) => effect(path, { direction: "undo", ...more });
const owed = (claims: ClaimItem[], ...more: [of?: "all" | "late", restarted?: number, races?: never]) =>
  owedEffects(claims, more[0] ?? "all", more[1], more[2]).map(({ epoch, path }) => `${path} of ${epoch}`);

describe("an effect is owed an undo", () => {
  const late = { late: { result: 1 } } as object;
  test.each<[string, ClaimItem[], "all" | "late", string[]]>([
    ["if the run is undone", [effect("a")], "all", ["a of 1"]],
    ["and not if the run continues", [effect("a")], "late", []],
    ["and not if its step has none", [effect("a", { undo: undefined })], "all", []],
    ["and not while it is running", [effect("a", { state: "running" })], "all", []],
    ["and not if it failed", [effect("a", { state: "failed" })], "all", []],
    ["and not if it was sealed without an outcome", [effect("a", { state: "sealed" })], "all", []],
    ["if it was sealed and completed later", [effect("a", { state: "sealed", ...late })], "late", ["a of 1"]],
    ["and not because an earlier try of it was late", [effect("a", { state: "failed", ...late })], "all", []],
    ["and an undo is none itself", [undo("a")], "all", []],
  ])("%s", (_, claims, of, expected) => {
    expect(owed(claims, of)).toEqual(expected);
  });

  test.each<[string, Partial<ClaimItem>, boolean]>([
    ["done", { state: "done" }, false],
    ["sealed, since a later epoch uses the effect", { state: "sealed" }, false],
    ["given up", { state: "failed", givenUp: { error: "x", cause: "y" } }, false],
    ["running", { state: "running" }, true],
    ["failed, and is tried again", { state: "failed" }, true],
  ])("unless that is %s", (_, more, isOwed) => {
    expect(owed([effect("a"), undo("a", more)])).toEqual(isOwed ? ["a of 1"] : []);
  });

  test("whatever became of those of other paths and epochs, and of effects that are given up themselves", () => {
    const claims = [
      effect("a"),
      undo("b"),
      undo("a", { epoch: 2 }),
      effect("c", { givenUp: { error: "x", cause: "" } }),
    ];
    expect(owed(claims)).toEqual(["c of 1", "a of 1"]);
  });

  test("from the epoch on that was restarted", () => {
    const claims = [1, 2, 3].map((epoch) => effect("a", { epoch }));
    expect(owed(claims, "all", 2)).toEqual(["a of 3", "a of 2"]);
    expect(owed(claims)).toEqual(["a of 3", "a of 2", "a of 1"]);
  });

  test("of an earlier epoch too, if its way has lost a race there", () => {
    const claims = [effect("first.a/x"), effect("first.b/x")];
    const races = [{ epoch: 1, path: "first", winner: "a" }] as never;
    expect(owed(claims, "late", 2, races)).toEqual(["first.b/x of 1"]);
  });
});

describe("effects are undone in reverse order", () => {
  test("of their completion, which a change after it does not move", () => {
    const claims = [
      effect("second", { endedAt: time(2), changedAt: time(2) }),
      effect("third", { changedAt: time(3) }),
      effect("first", { endedAt: time(1), changedAt: time(9) }),
    ];
    for (const some of [claims, claims.toReversed()])
      expect(owed(some)).toEqual(["third of 1", "second of 1", "first of 1"]);
  });

  test("whatever their positions in messages of other times", () => {
    const claims = [
      effect("first", { position: 2, endedAt: time(1) }),
      effect("second", { position: 1, endedAt: time(2) }),
    ];
    for (const some of [claims, claims.toReversed()])
      expect(owed(some)).toEqual(["second of 1", "first of 1"]);
  });

  test("and, at the same time, of their positions in a message, then of their names", () => {
    const claims = [effect("b", { position: 1 }), effect("c"), effect("a", { position: 2 }), effect("d")];
    for (const some of [claims, claims.toReversed()])
      expect(owed(some)).toEqual(["a of 1", "b of 1", "d of 1", "c of 1"]);
  });
});

test("undos are counted: done, and given up without being done or superseded", () => {
  const givenUp = { error: "x", cause: "y" };
  const claims = [
    effect("effect"),
    effect("given up itself", { state: "failed", givenUp }),
    undo("done"),
    undo("done after it was given up", { givenUp }),
    undo("superseded after it was given up", { state: "sealed", givenUp }),
    undo("given up", { state: "failed", givenUp }),
    undo("never begun", { state: undefined, givenUp } as never),
    undo("tried again", { state: "failed" }),
    undo("running", { state: "running" }),
  ];
  expect(countUndos(claims)).toEqual({ undone: 2, failed: 2 });
});
