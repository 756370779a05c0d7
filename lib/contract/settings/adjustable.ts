import { amount, lasting, whole } from "./range.ts";
import type { Setting, SettingRange } from "./setting.ts";

// The values that an operator may change, by their paths in a definition, and the range of each. A definition has
// a setting only if it sets the value itself.

/** What a definition's value is as a setting, apart from the value itself. */
export type Adjustable = Omit<Setting, "default">;

export const WORKFLOW_SETTINGS: readonly Adjustable[] = [
  now("perKey.atOnce", whole(1, 20), "Maximum number of concurrent runs of a key"),
  now("perKey.starts", whole(1, 100), "Maximum number of starts of a key in a period"),
  now("perKey.per", lasting("1 second", "1 day"), "The period of perKey.starts"),
  now("perKey.debounce", lasting("100 ms", "1 day"), "Time without an event after which a burst is over"),
  now("perKey.atMost", lasting("100 ms", "7 days"), "Maximum duration of a burst"),
  now("batch.size", whole(2, 99), "Maximum number of events in a batch"),
  now("batch.within", lasting("1 second", "1 day"), "How long a batch waits for further events"),
  ofRuns("startWithin", lasting("1 second", "30 days"), "How long a run may wait for its start"),
  ofRuns("deadline", lasting("1 minute", "365 days"), "How long a run may take; checked every five minutes"),
  ofRuns("budget.usd", amount(0, 1_000_000), "What the calls of a run may cost, in US dollars"),
  ofRuns("budget.tokens", whole(0, 1_000_000_000), "How many tokens the calls of a run may use"),
  now("mostHops", whole(1, 1_000), "Hops after which an event counts as part of a loop"),
];

export const REACTION_SETTINGS: readonly Adjustable[] = [
  now("retry.backoff", lasting("1 ms", "1 day"), "Pause before the second attempt"),
  now("retry.rate", amount(1, 10), "Factor by which each further pause is longer"),
  now("retry.maxDelay", lasting("1 ms", "7 days"), "The longest pause"),
  now("budget.usd", amount(0, 1_000_000), "What the calls of an attempt may cost, in US dollars"),
  now("budget.tokens", whole(0, 1_000_000_000), "How many tokens the calls of an attempt may use"),
];

export const BREAKER_SETTINGS: readonly Adjustable[] = [
  now("failures", whole(1, 1_000), "Consecutive failures that open it"),
  now("rate.share", amount(0.01, 1), "The failure rate that opens it"),
  now("rate.least", whole(1, 10_000), "Calls in the window from which the rate counts"),
  now("window", lasting("1 second", "1 day"), "How long a call counts towards the rate"),
  now("cooldown", lasting("1 second", "1 day"), "How long it stays open before a call probes the downstream"),
];

export const SHARED_LIMIT_SETTINGS: readonly Adjustable[] = [
  now("atOnce", whole(1, 100), "Maximum number of concurrent runs"),
  now("starts", whole(1, 100), "Maximum number of starts in a period"),
  now("per", lasting("1 second", "1 day"), "The period of starts"),
  now("perKey.atOnce", whole(1, 100), "Maximum number of concurrent runs of a key"),
  now("perKey.starts", whole(1, 100), "Maximum number of starts of a key in a period"),
  now("perKey.per", lasting("1 second", "1 day"), "The period of perKey.starts"),
];

function now(name: string, range: SettingRange, about: string): Adjustable {
  return { name, range, affects: "now", about };
}

function ofRuns(name: string, range: SettingRange, about: string): Adjustable {
  return { name, range, affects: "new runs", about };
}
