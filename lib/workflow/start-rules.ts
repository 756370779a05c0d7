import type { Batch } from "../contract/event-batch.ts";
import type { PerKey } from "../contract/per-key.ts";
import type { SharedLimitOptions, SharedLimitUse } from "../contract/shared-limit.ts";
import type { Workflow } from "./workflow.ts";

/** When runs start, one sentence per rule: for plans and graphs. */
export function startRules({
  batch,
  perKey,
  sharedLimit,
  startWithin,
  express,
}: Pick<Workflow, "batch" | "perKey" | "sharedLimit" | "startWithin" | "express">): string[] {
  return [
    ...(express
      ? ["express: a run starts without an execution, and has one only where a step does not succeed at once"]
      : []),
    ...(batch ? [ruleOfBatch(batch)] : []),
    ...(perKey ? rulesPerKey(perKey) : []),
    ...(sharedLimit ? rulesOfLimit(sharedLimit) : []),
    ...(startWithin ? [`a run that has not started within ${startWithin} ends`] : []),
  ];
}

function ruleOfBatch({ size, within, bytes }: Batch): string {
  const limit = bytes === undefined ? "" : `, with up to ${bytes} bytes of payload`;
  return `of each key, up to ${size} events${limit} start one run, at the latest ${within} after the first`;
}

/** The same sentence wherever the limit is used. */
function rulesOfLimit({ limit, priority }: SharedLimitUse): string[] {
  const { name, perKey } = limit;
  const order = priority ? ", by priority" : "";
  const parts = [...limitsOf(limit), ...(perKey ? limitsOf(perKey).map((one) => `of each key, ${one}`) : [])];
  return [`shared limit ${name}: ${parts.join("; ")}; others wait, keys in turn${order}`];
}

function limitsOf({ atOnce, starts, per }: SharedLimitOptions): string[] {
  return [
    ...(atOnce === undefined ? [] : [`at most ${atOnce} at a time`]),
    ...(starts === undefined ? [] : [`at most ${starts} start in ${per}`]),
  ];
}

function rulesPerKey(perKey: PerKey): string[] {
  if ("debounce" in perKey) {
    const { debounce, atMost } = perKey;
    const longest = atMost ? `, at the latest ${atMost} after its first` : "";
    return [`of each key, the last event of a burst starts a run after ${debounce} without one${longest}`];
  }
  const { atOnce, busy, priority } = perKey;
  const limits = [
    ...(atOnce === undefined ? [] : [`at most ${atOnce} at a time`]),
    ...("starts" in perKey ? [`at most ${perKey.starts} start in ${perKey.per}`] : []),
  ];
  const others = busy === "skip" ? "others are skipped" : "others wait";
  const order = priority ? ", by priority" : "";
  return [`of each key, ${limits.join(" and ")}; ${others}${order}`];
}
