import type { MakeCheck } from "./check.ts";

/** A run consumes an event once, and the waits of a run get different ones. */
export const signals: MakeCheck = (seen, violate) => ({
  kinds: ["waiter"],

  onWrite(before, after) {
    if (!before || !after || before.fence !== after.fence) return;
    if (before.state === "delivered" && after.state !== "delivered")
      violate("18", `a wait that was answered becomes ${after.state}`, `${after.run} ${after.path}`);
    if (before.taken !== undefined && after.taken !== undefined && before.taken !== after.taken)
      violate("18", "a wait changes its event", `${after.run} ${after.path}`);
  },

  atEnd() {
    const takers = new Map<string, string[]>();
    for (const { kind, consumer, taken, path, epoch } of seen.items()) {
      if (kind !== "waiter" || taken === undefined) continue;
      const about = `${consumer} consumes ${taken}`;
      takers.set(about, [...(takers.get(about) ?? []), `${path} in epoch ${epoch}`]);
    }
    for (const [about, paths] of takers)
      if (paths.length > 1) violate("18", "an event is consumed twice", `${about}: ${paths.join(" and ")}`);
  },
});
