import { Command } from "commander";
import { laneView, limitView, MOST_WAITING } from "../../lambdas/runtime/api/views/limit.ts";
import type { LimitLaneView, SharedLimitView } from "../../lib/contract/api/index.ts";
import type { KnownLimit } from "../../lib/contract/system.ts";
import { knownLimits } from "../../lib/index.ts";
import { answer } from "../answer.ts";
import { workflows } from "../definitions.ts";
import { UsageError } from "../explain.ts";
import { ago, tabulate } from "../format.ts";
import { connect } from "../session.ts";

export function limits(): Command {
  return new Command("limits")
    .description("list shared limits; or show the runs that have a place in one, and those that wait for one")
    .argument("[name]", "name of a shared limit (default: list all)")
    .option("--key <key>", "of a limit whose keys have places of their own")
    .action(async (name: string | undefined, { key }: { key?: string }, command: Command) => {
      const all = knownLimits(workflows);
      if (name === undefined) {
        const items = all.map(limitView);
        return answer(command, items, () => describeLimits(items));
      }
      const lane = laneOf(name, key, all);
      const { limitLane } = await connect(command);
      const found = await limitLane(name, lane, MOST_WAITING);
      const view = laneView(found.lane, found.waiting);
      answer(command, view, () => describeLane(view, Date.now()));
    });
}

/** The lane of a limit that has the places of a key. */
export function laneOf(name: string, key: string | undefined, all: readonly KnownLimit[]): string {
  const known = all.find((limit) => limit.name === name);
  if (!known) {
    const names = all.map((limit) => limit.name).join(", ");
    throw new UsageError(`There is no shared limit "${name}". Available: ${names || "none"}.`);
  }
  if (known.byKey && key === undefined)
    throw new UsageError(`Each key of "${name}" has places of its own. Name one with --key.`);
  return known.byKey ? key! : "";
}

function describeLimits(items: readonly SharedLimitView[]): string {
  if (items.length === 0) return "No workflow has a shared limit.";
  const row = ({ limit, byKey, usedBy }: SharedLimitView) => [
    limit,
    byKey ? "each key" : "all keys",
    usedBy.join(", "),
  ];
  return tabulate(["LIMIT", "PLACES OF", "USED BY"], items.map(row));
}

/** The runs of a lane in their order. `now`: epoch milliseconds. */
export function describeLane({ places, waiting, next }: LimitLaneView, now: number): string {
  if (places.length + waiting.length === 0) return "No run has a place or waits for one.";
  const rows = [
    ...places.map(({ run, key, since }) => [run, key, `has a place since ${ago(since, now)}`]),
    ...waiting.map(({ run, key }) => [run, key, "waits"]),
  ];
  const table = tabulate(["RUN", "KEY", "STATE"], rows);
  return next === undefined ? table : `${table}\n\nThe next start is free at ${next}.`;
}
