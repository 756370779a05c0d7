import { unmarshall } from "@aws-sdk/util-dynamodb";
import { type Change, changesIn } from "../../lambdas/runtime/relay/change.ts";
import { claimsIn } from "../../lib/contract/groups/claims-in.ts";
import { approvalKey } from "../../lib/contract/keys/approval.ts";
import { claimKey, idempotencyKey } from "../../lib/contract/keys/claim.ts";
import { breakerKey } from "../../lib/contract/keys/control.ts";
import { runKey } from "../../lib/contract/keys/run.ts";
import { unpack } from "../../lib/contract/log/log-pack.ts";
import { type Decided, lostWay } from "../../lib/contract/race.ts";
import { executionName, parseExecutionName } from "../../lib/contract/runs/execution-name.ts";
import { inputOf } from "../../lib/contract/runs/run-input.ts";
import type { TableItem } from "../../lib/contract/table.ts";
import { workflows } from "./app/definitions.ts";
import { approvals } from "./checks/approvals.ts";
import { batches } from "./checks/batches.ts";
import { epochOf, pathOf, SLACK, type Violate } from "./checks/check.ts";
import { races } from "./checks/races.ts";
import { settings } from "./checks/settings.ts";
import { signals } from "./checks/signals.ts";
import type { Try } from "./outside.ts";
import type { Seen } from "./seen.ts";

/** An invariant that did not hold. */
export interface Violation {
  /** The rule of the semantics that it belongs to; see `RULES`. */
  rule: string;
  /** The invariant, the same for all of its violations. */
  what: string;
  /** Of this one: which run, which path. */
  about: string;
  /** Virtual time, milliseconds. */
  at: number;
}

export interface Checks {
  /** To be called at each write of the table. */
  onWrite(written: { before: any; after: any }): void;
  /** To be called when step code begins. */
  onWork(work: Try): void;
  atEnd(): Violation[];
}

/** Workflows whose completed steps are only in the log. */
const LOGGED = new Set(workflows.filter(({ stepEvents }) => stepEvents === "logged").map(({ name }) => name));
const ENDED = ["succeeded", "failed", "timed-out", "terminated"];
const UNDONE = new Map([
  ["book-hotel", "cancel-hotel"],
  ["book-flight", "cancel-flight"],
  ["charge", "refund"],
  ["visit", "leave"],
  ["pack", "unpack"],
  ["weigh", "unpack"],
  ["hand-out", "unpack"],
  ["book-plane", "cancel-plane"],
  ["load-plane", "unload-plane"],
  ["book-ship", "cancel-ship"],
  ["pay", "pay-back"],
]);
const BREAKERS: Record<string, string> = {
  visit: "airline",
  weigh: "airline",
  "book-train": "airline",
  "load-plane": "airline",
  "send-note": "post",
};
/** Paths of steps, and of those that must be done before them. */
const AFTER: Record<string, string[]> = {
  weigh: ["pack"],
  stamp: ["pack"],
  "send-express stamp": ["weigh"],
  "hand-out": ["weigh", "stamp"],
  last: ["hand-out"],
  "send-boxes stamp": [],
  "send-boxes last": [],
  "first.air/load-plane": ["first.air/book-plane"],
};
/** Of an item of a list, those of the same item. */
function pathsBefore(workflow: string, path: string): string[] {
  const [, item = "", node = path] = /^(.*\]\/)(.*)$/.exec(path) ?? [];
  const before = AFTER[`${workflow} ${node}`] ?? AFTER[node] ?? [];
  return before.map((one) => `${item}${one}`);
}
/** Steps whose attempts are not claimed. */
const REPEATABLE = new Set(["book-bus", "stamp", "gather"]);
const ONE_AT_ONCE = new Set(["take-turns", "take-shot", "index-pages"]);

export function checksOf(seen: Seen): Checks {
  const violations: Violation[] = [];
  const once = new Set<string>();
  const violate = (rule: string, what: string, about: string) => {
    const id = `${rule} ${what} ${about}`;
    if (once.has(id)) return;
    once.add(id);
    violations.push({ rule, what, about, at: seen.now() });
  };
  const probes = new Map<string, string>();
  const running = new Map<string, Set<string>>();
  const others = [races, batches, approvals, signals, settings].map((make) => make(seen, violate));
  const watched = new Set(["run", "claim", "breaker", ...others.flatMap(({ kinds = [] }) => kinds)]);

  const onChange = (kind: "run" | "claim" | "breaker", before: any, after: any) => {
    if (!after) return violate("2", `an item of the kind ${kind} is deleted`, before.pk);
    if (kind === "run") {
      onRun(before, after, violate);
      if (ONE_AT_ONCE.has(after.workflow) && after.key) {
        const keyQueue = `${after.workflow} ${after.key}`;
        const there = running.get(keyQueue) ?? new Set<string>();
        if (after.status === "running") there.add(after.run);
        else there.delete(after.run);
        running.set(keyQueue, there);
        if (there.size > 1)
          violate(
            "per-key queues",
            "two runs of a per-key queue of one are running at once",
            [...there].sort().join(" and "),
          );
      }
    }
    if (kind === "claim") onClaim(before, after, violate);
  };

  return {
    onWrite({ before: old, after: made }) {
      const kind = (made ?? old).kind?.S;
      if (!watched.has(kind)) return;
      const whole = { before: old && unmarshall(old), after: made && unmarshall(made) };
      for (const other of others) if (other.kinds?.includes(kind)) other.onWrite?.(whole.before, whole.after);
      if (kind !== "run" && kind !== "claim" && kind !== "breaker") return;
      // Each write is looked at when it is made, also if it is published later.
      delete whole.before?.publishedUpTo;
      const isChange = whole.before?.revision !== whole.after?.revision;
      if (isChange) onTogether(whole.before, whole.after, violate);
      for (const { before, after } of changesIn(whole as Change)) onChange(kind, before, after);
    },

    onWork(work) {
      const { key, step, run: id } = work;
      const name = BREAKERS[step];
      if (name) {
        const breaker = seen.item(breakerKey(name));
        if (breaker?.state === "half-open") {
          const probe = `${name} ${breaker.revision}`;
          const first = probes.get(probe);
          if (first !== undefined && first !== key)
            violate("21", "a half-open breaker lets two calls through at once", probe);
          probes.set(probe, key);
        }
      }
      if (step === "send-note") return;
      const run = seen.item(runKey(id));
      if (!run) return violate("11", "work begins for a run that does not exist", id);
      if (key.endsWith("#undo")) return;
      for (const other of others) other.onWork?.(work);
      const epoch = epochOf(key);
      const execution = seen.executions().find(({ name }) => name === executionName(id, epoch));
      if (execution && work.release !== execution.release)
        violate(
          "29",
          "work is done by another version than its execution began on",
          `${key}: release ${work.release} instead of ${execution.release}`,
        );
      const age = seen.now() - Date.parse(run.changedAt);
      const closed = run.status !== "accepted" && run.status !== "running";
      // Work of a worker that died before its run ended is done again to be undone.
      const claim = seen.item(claimKey(id, epoch, pathOf(key)));
      const inDoubt = claim?.state === "sealed" && claim.owner !== undefined;
      if (claim?.state === undefined && !REPEATABLE.has(step))
        violate("7", "work begins without a claim", key);
      if (claim?.state === "done" && work.began - Date.parse(claim.endedAt) > SLACK)
        violate("7", "work begins long after it was done", key);
      for (const before of pathsBefore(run.workflow, pathOf(key))) {
        const earlier = seen.item(claimKey(id, epoch, before));
        if (earlier?.state !== "done" && earlier?.late === undefined)
          violate("7", `a step begins before ${before} is done`, key);
      }
      if (age > SLACK && !inDoubt && (closed || run.epoch !== epoch))
        violate(
          "11",
          "work begins long after its run has ended or begun another epoch",
          `${key}: the run is ${run.status} in epoch ${run.epoch}`,
        );
      // What an ended epoch left in doubt is found out, whatever holds up the run.
      if (run.paused && !inDoubt && seen.now() - Date.parse(run.paused.at) > SLACK)
        violate("11", "work begins in a paused run", key);
      if (step === "book-flight") {
        const earlier = seen.outside.tries.filter(
          (one) => one !== work && one.key === key && one.ended === undefined,
        );
        const asked = seen.item(approvalKey(id, epoch, `${pathOf(key)}/asks`));
        if (earlier.length > 0 && asked?.decision?.approved !== true)
          violate(
            "9",
            "an effect that may not happen twice is repeated while the first attempt is in doubt",
            key,
          );
      }
    },

    atEnd() {
      atEnd(seen, violate);
      for (const other of others) other.atEnd?.();
      return violations;
    },
  };
}

function onRun(before: any, after: any, violate: Violate): void {
  const { run } = after;
  if (!before) return;
  if (after.epoch < before.epoch) violate("17", "an epoch goes back", run);
  if (after.epoch > before.epoch + 1) violate("17", "an epoch is left out", run);
  if (after.epoch === before.epoch && after.input !== before.input)
    violate("1", "the stored input of a run changes", run);
  if (after.epoch === before.epoch && ENDED.includes(before.status) && after.status !== before.status)
    violate(
      "14",
      `a run that has ended as ${before.status} becomes ${after.status}`,
      `${run} in epoch ${after.epoch}`,
    );
  if (after.epoch > before.epoch && !ENDED.includes(before.status))
    violate("17", "an epoch begins before the last has ended", run);
  const order = ["accepted", "running", "closing", "compensating"];
  const [from, to] = [order.indexOf(before.status), order.indexOf(after.status)];
  if (after.epoch === before.epoch && from >= 0 && to >= 0 && to < from)
    violate("14", `a run goes back from ${before.status} to ${after.status}`, run);
}

function onClaim(before: any, after: any, violate: Violate): void {
  const about = `${after.pk} ${after.sk}`;
  if (REPEATABLE.has(after.step) && after.state === "running")
    violate("7", "a step that is safe to repeat is claimed", about);
  if (!before?.state) return;
  if (before.state === "done" && after.state !== "done")
    violate("7", `a claim that is done becomes ${after.state}`, about);
  if (before.state === "done" && JSON.stringify(before.result) !== JSON.stringify(after.result))
    violate("7", "the result of a claim changes", about);
  if (before.state === "sealed" && after.state !== "sealed")
    violate("14", `a sealed claim becomes ${after.state}`, about);
  if (before.state === "running" && after.state === "done" && before.owner !== after.owner)
    violate("7", "a claim is completed by another than its owner", about);
}

/** Of an item with several claims, only the last may change, by one revision, and one may follow it. */
function onTogether(before: any, after: any, violate: Violate): void {
  if (!before?.following || !after) return;
  const [prior, now] = [claimsIn(before), claimsIn(after)];
  const last = prior.length - 1;
  const about = `${after.pk} ${after.sk}`;
  if (prior.slice(0, last).some((claim, at) => JSON.stringify(claim) !== JSON.stringify(now[at])))
    violate("7", "a claim changes though the next step has begun", about);
  if (now.length < prior.length || now.length > prior.length + 1)
    violate("7", "an item loses claims, or gets several at once", about);
  if (now.length > prior.length && now[last]?.state !== "done")
    violate("7", "a step is claimed before the one before it is done", about);
  if (now[last]!.revision !== prior[last]!.revision + 1)
    violate("22", "a claim changes without a revision of its own", about);
}

function atEnd(seen: Seen, violate: Violate): void {
  const items = seen.items();
  const of = (kind: TableItem["kind"]) => items.filter((item) => item.kind === kind);
  for (const report of seen.reports())
    violate("code", "a function failed with an error of its own", report.split("\n").slice(0, 3).join(" | "));
  const runs = of("run");
  const claims = of("claim");
  const archive = seen.archive();
  const log = unpack(items.filter(({ kind }) => kind === "log" || kind === "log-pack"));

  for (const run of runs) {
    const about = `${run.run} in epoch ${run.epoch}`;
    if (!ENDED.includes(run.status)) violate("14", `a run never ends: it stays ${run.status}`, about);
    if (run.compensation?.open) violate("14", "a compensation never ends", about);
    if (run.stuck) violate("13", "a run that has ended is stuck", about);
    const published = archive.filter(
      ({ source, detail, "detail-type": name }) =>
        source === "millrace" &&
        detail.run === run.run &&
        ENDED.includes(name.replace("run.", "")) &&
        name.startsWith("run."),
    );
    const ends = new Map<string, Set<string>>();
    for (const { detail } of published) {
      const epoch = String(detail.epoch);
      ends.set(epoch, (ends.get(epoch) ?? new Set()).add(detail.millrace.id));
    }
    for (let epoch = 1; epoch <= run.epoch && ENDED.includes(run.status); epoch++) {
      const ids = ends.get(String(epoch));
      if (!ids) violate("22", "the end of a run is not on the bus", `${run.run} in epoch ${epoch}`);
      else if (ids.size > 1) violate("22", "a run ends twice", `${run.run} in epoch ${epoch}`);
    }
    checkBudget(run, seen, violate);
    if (ENDED.includes(run.status))
      checkEffects(
        run,
        claims.filter((claim) => claim.run === run.run),
        of("race").filter((race) => race.run === run.run),
        seen,
        violate,
      );
  }

  for (const execution of seen.executions()) {
    if (execution.status === "RUNNING") violate("16", "an execution runs for ever", execution.name);
    if (execution.error === "Soak.Interpreter")
      violate("code", "the interpreter failed", execution.cause ?? "");
    const run = runs.find((one) => execution.name === one.run || execution.name.startsWith(`${one.run}-`));
    if (!run) violate("2", "an execution belongs to no run", execution.name);
    else if (!execution.machine.endsWith("_undo")) {
      const { epoch } = parseExecutionName(execution.name);
      const input = JSON.parse(execution.input);
      // With a deployment between two attempts to start it, it has the version of the first, and the run that of the second.
      const expected = inputOf({ ...run, version: input.run.version });
      if (epoch === run.epoch && JSON.stringify(input) !== JSON.stringify(expected))
        violate("1", "an execution has another input than its run", execution.name);
      if (epoch > run.epoch) violate("17", "an execution is of an epoch that has not begun", execution.name);
      // A run without an execution may succeed while an execution that is to take over begins.
      const isNoted = run.express === undefined || run.execution === execution.arn;
      if (isNoted && epoch === run.epoch && run.status === "succeeded" && execution.status !== "SUCCEEDED")
        violate(
          "14",
          "a run has succeeded whose execution has not",
          `${execution.name}: ${execution.status}`,
        );
    }
  }

  for (const claim of claims) {
    if (
      claim.state === "running" &&
      claim.lease + 3_600_000 < seen.now() &&
      claim.run.startsWith("send-note")
    )
      violate("7", "a reaction's claim is held for ever", `${claim.pk} ${claim.sk}`);
    if (claim.state !== "done") continue;
    const isItsEnd = (name: string, { run, path, epoch }: any) =>
      name === "step.completed" && run === claim.run && path === claim.path && epoch === claim.epoch;
    const isLogged = log.some((entry) => isItsEnd(entry.name, entry));
    const isPublished =
      LOGGED.has(claim.workflow) || archive.some(({ "detail-type": name, detail }) => isItsEnd(name, detail));
    if (
      !(isLogged && isPublished) &&
      !claim.handled &&
      claim.direction === "do" &&
      claim.reusedFrom === undefined
    )
      violate("22", "what a claim has done is not on the bus, or not in the log", `${claim.pk} ${claim.sk}`);
  }
  const emitted = new Map<string, number>();
  for (const { "detail-type": name, detail } of archive) {
    if (name !== "trip.done" && name !== "note.sent") continue;
    const key = `${name} ${detail.millrace.id}`;
    emitted.set(key, (emitted.get(key) ?? 0) + 1);
  }

  for (const { run, path, reason, epoch } of of("deferred")) {
    const own = runs.find((one) => one.run === run);
    // Of an epoch that has ended, it is dropped when it is ever sent again.
    if (own && (own.epoch !== epoch || ENDED.includes(own.status))) continue;
    violate("20", `a message stays deferred: ${reason}`, `${run} ${path}`);
  }
  for (const { run, path } of of("approval").filter(({ state }) => state === "pending"))
    violate("18", "a question stays open in a run that has ended", `${run} ${path}`);
  for (const item of items.filter(({ unpublished }) => unpublished))
    violate("22", `a change of the kind ${item.kind} is never published`, `${item.pk} ${item.sk}`);
  for (const keyQueue of of("key-queue")) {
    // The place of a run that has ended is free for the next run, so that it holds up only runs that are in the queue.
    const over = keyQueue.running.filter((id: string) =>
      ENDED.includes(runs.find(({ run }) => run === id)?.status),
    );
    if (over.length > 0 && of("queued").some(({ pk }) => pk === keyQueue.pk))
      violate(
        "per-key queues",
        "a run that has ended keeps others from their turn",
        `${keyQueue.workflow} ${keyQueue.key}: ${over.join()}`,
      );
    if (keyQueue.burst)
      violate("per-key queues", "a burst is never over", `${keyQueue.workflow} ${keyQueue.key}`);
  }
  for (const { pk, run } of of("queued"))
    violate("per-key queues", "a run waits in the line for ever", `${pk} ${run}`);

  const soon = seen.now() + 24 * 3_600_000;
  for (const { queue, body, visibleAt } of seen.messages()) {
    if (visibleAt < soon)
      violate("10", "a message is never done with", `${queue.split(":").at(-1)} ${body.slice(0, 150)}`);
  }
  checkLedger(seen, of("delivery"), violate);
}

/** Rule 25: a budget is exact up to the estimates. */
function checkBudget(run: any, seen: Seen, violate: Violate): void {
  const { budget } = run;
  if (budget?.limit.usd === undefined) return;
  const reserved = Object.values<any>(budget.reserved).reduce((sum, { usd }) => sum + usd, 0);
  const total = Math.round((budget.free.usd + budget.spent.usd + reserved - budget.limit.usd) * 1e6);
  if (total !== 0)
    violate("25", "what is free, spent and reserved is not the limit", `${run.run}: off by ${total}`);
  if (budget.free.usd < -1e-9) violate("25", "more is spent than the budget allows", run.run);
  const calls = [...seen.outside.spent].filter(
    ([key, one]) => one.run === run.run && epochOf(key) >= (run.restarted ?? 1),
  );
  const spent = calls.reduce((sum, [, { usd }]) => sum + usd, 0);
  if (spent > budget.spent.usd + reserved + 1e-9)
    violate("25", "calls cost more than the budget knows", `${run.run}: ${spent}`);
}

/** Balances of what happened outside and what was undone. */
function checkEffects(
  run: any,
  claims: any[],
  decided: Decided[],
  { outside }: Seen,
  violate: Violate,
): void {
  const restarted = run.restarted ?? 1;
  const last = new Map(
    claims
      .filter(({ epoch, direction }) => epoch === run.epoch && direction === "do")
      .map((claim) => [claim.path, claim]),
  );
  const claimOf = (epoch: number, path: string, direction: "do" | "undo") =>
    claims.find((one) => one.epoch === epoch && one.path === path && one.direction === direction);
  /** The epochs that own an effect of one: its own, and each that reuses it from the last. */
  const ownersOf = (epoch: number, path: string): number[] => {
    const heir = claims.find((one) => one.reusedFrom === epoch && one.path === path && one.state === "done");
    return heir ? [epoch, ...ownersOf(heir.epoch, path)] : [epoch];
  };
  const keyOf = (epoch: number, path: string, direction: "do" | "undo") =>
    idempotencyKey(claimKey(run.run, epoch, path, direction));
  for (const [key, { step, run: id }] of outside.happened) {
    if (id !== run.run || !key.endsWith("#do")) continue;
    const [epoch, path] = [epochOf(key), pathOf(key)];
    const owners = ownersOf(epoch, path);
    const undone = owners.some((one) => outside.happened.has(keyOf(one, path, "undo")));
    const undo = claimOf(owners.at(-1)!, path, "undo");
    // What a way has done that has lost a race counts no more.
    const hasLost = lostWay({ epoch: run.epoch, path }, decided) !== undefined;
    const isDone = last.get(path)?.state === "done" && owners.includes(run.epoch) && !hasLost;
    if (run.status === "succeeded" && isDone && undone)
      violate("15", "an effect of a run that has succeeded is undone", key);
    if (run.status === "succeeded" && isDone && undo && !undone && !undo.givenUp)
      violate("15", "the undo of an effect that is kept was begun", key);
    const done = claimOf(epoch, path, "do");
    // A person has been asked about an effect in doubt that may not be tried again.
    const isAsked = done?.state === "sealed" && done.failure !== undefined;
    if (!UNDONE.has(step) || undone || undo?.givenUp || isAsked) continue;
    if (run.status === "succeeded" && !isDone && epoch >= restarted)
      violate("15", "an effect without a waiting run stays", `${key}: its claim is ${done?.state}`);
    if (run.status !== "succeeded" && epoch >= restarted)
      violate(
        "14",
        "an effect of a run that ended badly is neither undone nor given up",
        `${key}: its claim is ${done?.state}`,
      );
  }
  for (const [key, { run: id }] of outside.happened) {
    if (id !== run.run || !key.endsWith("#undo")) continue;
    const [epoch, path] = [epochOf(key), pathOf(key)];
    const begun = outside.tries.some((one) => {
      if (one.run !== id || !one.key.endsWith("#do") || pathOf(one.key) !== path) return false;
      return ownersOf(epochOf(one.key), path).includes(epoch);
    });
    if (!begun) violate("14", "something is undone that was never begun", key);
  }
  if (run.status === "succeeded") {
    const both = last.get("book-train")?.state === "done" && last.get("book-bus")?.state === "done";
    if (both) violate("20", "an effect and its fallback are both done", run.run);
  }
}

/** Each event with a subscriber is accounted for. */
function checkLedger(seen: Seen, deliveries: any[], violate: Violate): void {
  const subscribers = new Map<string, string[]>();
  for (const { name, on } of workflows)
    for (const event of on) subscribers.set(event.name, [...(subscribers.get(event.name) ?? []), name]);
  for (const event of ["trip.done", "trip.paid"]) subscribers.set(event, ["send-note"]);
  for (const { "detail-type": name, detail, id } of seen.archive() as any[]) {
    for (const subscriber of subscribers.get(name) ?? []) {
      const event = detail.millrace?.id ?? id;
      const delivery = deliveries.find((one) => one.event === event && one.subscriber === subscriber);
      if (!delivery) violate("ledger", "an event is not in the ledger", `${name} ${event} for ${subscriber}`);
      else if (delivery.state === "published")
        violate("ledger", "an event is never received", `${name} ${event} for ${subscriber}`);
      else if (delivery.state === "received")
        violate(
          "ledger",
          "an event is received and never settled",
          `${name} ${event} for ${subscriber}: ${delivery.why}`,
        );
    }
  }
}
