import { describe, expect, test } from "vitest";
import type { DecidedRaces } from "../../../lambdas/runtime/completion/ports.ts";
import type { Races } from "../../../lambdas/runtime/wait/ports.ts";
import { raceChild, raceItem } from "../../../lambdas/runtime/wait/race.ts";
import type { RunReference } from "../../../lib/contract/messages/message.ts";
import type { CallChild } from "../../../lib/contract/messages/wait-message.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const MOMENT = { now: NOW, retentionDays: 90 };
const entry = { taskToken: "t", entered: "2026-11-21T10:00:00.000Z", attempt: 1 };
let runs = 0;

/** What every implementation of the ports must do. Each test uses a run of its own. */
export function racesContract(name: string, open: () => Races & DecidedRaces): void {
  describe(name, () => {
    const fresh = () => {
      const id = `w-${++runs}`;
      const run = (epoch: number) =>
        ({ id, workflow: "w", epoch, event: "e", correlation: "c", hops: 0 }) as RunReference;
      const decision = (winner: string, path = "first", epoch = 1) =>
        raceItem({ ...entry, kind: "race", path, winner, run: run(epoch) }, MOMENT);
      const call: CallChild = {
        ...entry,
        kind: "child",
        workflow: "film",
        event: "film.wanted",
        version: 1,
        payload: {},
        path: "first.a/film",
        reads: [],
        run: run(1),
      };
      return { races: open(), id, decision, child: raceChild(call, "film-1", MOMENT)! };
    };

    test("the first decision counts, also for a hundred at once", async () => {
      const { races, id, decision } = fresh();
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, at) => races.decide(decision(at % 2 === 0 ? "a" : "b"))),
      );
      const [{ winner } = { winner: "none" }] = await races.decided(id);
      expect(new Set(answers.map((answer) => answer.winner))).toEqual(new Set([winner]));
      expect((await races.decide(decision(winner === "a" ? "b" : "a"))).winner).toBe(winner);
    });

    test("the decisions of a run are those of all its races, in all epochs", async () => {
      const { races, id, decision } = fresh();
      await races.decide(decision("a"));
      await races.decide(decision("b", "first", 2));
      await races.decide(decision("c", "first.a/second"));
      const decided = (await races.decided(id)).map(
        ({ epoch, path, winner }) => `${epoch} ${path} ${winner}`,
      );
      expect(decided.sort()).toEqual(["1 first a", "1 first.a/second c", "2 first b"]);
      expect(await races.decided("w-unknown")).toEqual([]);
    });

    test("a call is listed once, until it is refused", async () => {
      const { races, id, decision, child } = fresh();
      await races.decide(decision("b"));
      await races.call(child);
      await races.call(child);
      expect(await races.children(id)).toMatchObject([{ path: "first.a/film", child: "film-1" }]);
      await races.uncall(child);
      expect(await races.children(id)).toEqual([]);
      expect(await races.decided(id)).toHaveLength(1);
    });
  });
}
