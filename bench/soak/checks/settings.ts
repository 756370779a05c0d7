import { controlKey, settingsKey } from "../../../lib/contract/keys/control.ts";
import { type MakeCheck, SLACK } from "./check.ts";

/** The definition's own, and the longest that a start may be counted early or late by a clock that differs. */
const [STARTS, PERIOD] = [2, 55_000];

/**
 * Revisions of settings have no gap, a run keeps those that it was accepted under, and no more runs of a key start in a period than
 * a limit that applies allows.
 */
export const settings: MakeCheck = (seen, violate) => {
  const limits = [{ from: Number.NEGATIVE_INFINITY, starts: STARTS }];
  const limitAt = (time: number) => {
    const since = limits.findLastIndex(({ from }) => from <= time - SLACK);
    return Math.max(...limits.slice(Math.max(0, since)).map(({ starts }) => starts));
  };
  /** When the runs of each key have got their slots. */
  const started = new Map<string, number[]>();
  return {
    kinds: ["control", "key-queue", "run"],

    onWrite(before, after) {
      if (!after) return;
      const about = after.run ?? `${after.target ?? after.workflow} ${after.name ?? after.key}`;
      if (
        after.kind === "run" &&
        before &&
        JSON.stringify(before.settings) !== JSON.stringify(after.settings)
      )
        violate("settings", "the settings of a run change", about);
      if (after.kind === "control") {
        const [prior, next] = [before?.settings?.revision ?? 0, after.settings?.revision ?? 0];
        if (next < prior || next > prior + 1)
          violate("settings", "a revision of settings is left out", `${about}: ${prior}, then ${next}`);
        if (after.name === "ring-bell" && next > prior)
          limits.push({ from: seen.now(), starts: after.settings.values["perKey.starts"]?.value ?? STARTS });
      }
      if (after.kind === "key-queue" && after.workflow === "ring-bell") {
        const starts: number[] = after.starts ?? [];
        const known = started.get(after.key) ?? [];
        const made = starts.filter((at) => !known.includes(at));
        // What only gives slots back counts for nothing: its runs have not started.
        const back =
          made.length > 0 ? [] : (before?.starts ?? []).filter((at: number) => !starts.includes(at));
        const all = [...known.filter((at) => !back.includes(at)), ...made];
        started.set(after.key, all);
        for (const at of made) {
          const counted = all.filter((one) => one <= at && one > at - PERIOD).length;
          if (counted > limitAt(seen.now()))
            violate("settings", "more runs start in a period than the limit allows", `${about}: ${counted}`);
        }
      }
    },

    atEnd() {
      for (const { kind, target, name, settings } of seen.items()) {
        if (kind !== "control" || !settings) continue;
        for (let revision = 1; revision <= settings.revision; revision++) {
          const item = seen.item(settingsKey(target, name, revision));
          if (!item) violate("settings", "a revision has no item", `${name} ${revision}`);
          else if (
            revision === settings.revision &&
            JSON.stringify(item.values) !==
              JSON.stringify(seen.item(controlKey(target, name)).settings.values)
          )
            violate("settings", "the last revision has other values than those that apply", name);
        }
      }
    },
  };
};
