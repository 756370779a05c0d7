import { claimKey, idempotencyKey } from "../../../lib/contract/keys/claim.ts";
import { raceKey } from "../../../lib/contract/keys/race.ts";
import { type Decided, lostWay, waysOf } from "../../../lib/contract/race.ts";
import { executionName } from "../../../lib/contract/runs/execution-name.ts";
import { epochOf, type MakeCheck, pathOf, SLACK } from "./check.ts";

/** A race has one winner; nothing begins in a way that has lost, and what it has done is undone. */
export const races: MakeCheck = (seen, violate) => ({
  kinds: ["race"],

  onWrite(before, after) {
    if (!after) return violate("races", "a decided race is deleted", before.sk);
    if (before && before.winner !== after.winner)
      violate("races", `the winner of a race changes`, `${after.run} ${after.path}`);
  },

  onWork({ key, run }) {
    if (!key.endsWith("#do")) return;
    const [epoch, path] = [epochOf(key), pathOf(key)];
    const decided = waysOf(path).flatMap(({ race }) => seen.item(raceKey(run, epoch, race)) ?? []);
    const way = lostWay({ epoch, path }, decided);
    if (!way) return;
    // What a way has left in doubt is found out, to be undone.
    const claim = seen.item(claimKey(run, epoch, path));
    const inDoubt = claim?.state === "sealed" && claim.owner !== undefined;
    const since = decided.find((one: Decided) => one.path === way.race).changedAt;
    if (!inDoubt && seen.now() - Date.parse(since) > SLACK)
      violate("races", "work begins in a way that has lost", key);
  },

  atEnd() {
    const items = seen.items();
    const decided = items.filter(({ kind }) => kind === "race");
    for (const { run, epoch, path, winner } of decided) {
      const execution = seen.executions().find(({ name }) => name === executionName(run, epoch));
      if (execution?.status !== "SUCCEEDED") continue;
      const read = JSON.parse(execution.output ?? "{}").winner;
      if (read !== winner)
        violate(
          "races",
          "an execution continues with another winner",
          `${run} ${path}: ${read}, not ${winner}`,
        );
    }
    const claimOf = (run: string, epoch: number, path: string, direction: "do" | "undo") => {
      const key = claimKey(run, epoch, path, direction);
      return items.find(({ kind, pk, sk }) => kind === "claim" && pk === key.pk && sk === key.sk);
    };
    for (const [key, { step, run }] of seen.outside.happened) {
      if (!key.endsWith("#do") || !step.startsWith("book-")) continue;
      const [epoch, path] = [epochOf(key), pathOf(key)];
      if (
        !lostWay(
          { epoch, path },
          decided.filter((one) => one.run === run),
        )
      )
        continue;
      const undone = seen.outside.happened.has(idempotencyKey(claimKey(run, epoch, path, "undo")));
      const undo = claimOf(run, epoch, path, "undo");
      // A person has been asked about an effect in doubt that may not be tried again.
      const done = claimOf(run, epoch, path, "do");
      const isAsked = done?.state === "sealed" && done.failure !== undefined;
      if (!undone && !undo?.givenUp && !isAsked)
        violate("races", "the effect of a way that has lost stays", `${key}: its claim is ${done?.state}`);
    }
  },
});
