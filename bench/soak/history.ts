import { isInDoubt } from "../../lambdas/runtime/work/claim.ts";
import type { TableItem } from "../../lib/contract/table.ts";
import { quick } from "./dice.ts";
import type { Wiring } from "./wiring.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** What a person or a producer does, milliseconds after the beginning. */
export type Operation = { at: number } & (
  | { do: "publish"; event: string; detail: Record<string, unknown> }
  | { do: "order"; action: "terminate" | "retry" | "pause" | "resume"; run: number }
  /** The same command again, as a queue may deliver it. */
  | { do: "repeat"; order: number }
  | { do: "workflow"; action: "pause" | "resume" | "drain"; workflow: string }
  | { do: "reaction"; action: "pause" | "resume" | "drain" }
  /** By default, by an operator who decides nothing else. */
  | { do: "decide"; approved: boolean; which: number; by?: string }
  | { do: "delegate"; from: string; to: string; which: number }
  /** A signal to a run. */
  | { do: "signal"; remark: string; run: number }
  | { do: "set"; target: SettingsTarget; values: Record<string, number | string | null> }
  | { do: "dead-letters"; action: "redrive" | "discard" }
  | { do: "replay"; again: boolean; run: number }
  | { do: "breaker"; breaker: string; state: "open" | "closed" | "auto" }
  | { do: "stop natively"; run: number }
  | { do: "redrive natively"; run: number }
  | { do: "deploy" }
);

export type SettingsTarget = { workflow: string } | { subscriber: string } | { breaker: string };

/** What people and producers do in a history. */
export interface History {
  operations: Operation[];
  /** From then on nothing goes wrong, and people put everything right. */
  calm: number;
}

/** What a history is about: a few workflows, so that it stays small. */
const USUAL = ["trip", "trip", "trip", "tour", "turns", "shots", "burst", "mixed"] as const;
const LATER = ["crates", "crates", "pages", "payments", "minutes", "bells"] as const;
type Scene = (typeof USUAL | typeof LATER)[number] | "parcels" | "boxes" | "express";

const WORKFLOWS = ["plan-trip", "make-tour", "take-turns", "take-shot", "gather-burst", "send-parcel"];
/** What operators pause and drain, where it is not any of `WORKFLOWS`. */
const OF_SCENE: Partial<Record<Scene, string[]>> = {
  boxes: ["send-boxes"],
  express: ["send-express"],
  crates: ["ship-crate", "take-turns"],
  pages: ["index-pages"],
  payments: ["release-payment"],
  minutes: ["write-minutes"],
  bells: ["ring-bell"],
};
const ALL_WORKFLOWS = [...new Set([...WORKFLOWS, ...Object.values(OF_SCENE).flat()])];

/** Who decides; "eve" has requested all payments. */
const PEOPLE = ["ann", "ben", "cem", "dan", "eve"] as const;

/** Settings that operators change, and the values that they set. */
const SETTINGS: [SettingsTarget, Record<string, (number | string | null)[]>][] = [
  [
    { workflow: "ring-bell" },
    { "perKey.starts": [1, 3, 4, null], "steps.ring.retry.attempts": [1, 4, null] },
  ],
  [{ workflow: "index-pages" }, { "batch.size": [2, null], "batch.within": ["5 seconds", "1 minute", null] }],
  [{ workflow: "take-turns" }, { "steps.turn.retry.attempts": [1, null], deadline: ["30 minutes", null] }],
  [{ workflow: "plan-trip" }, { "budget.usd": [0.2, 1, null] }],
  [{ breaker: "airline" }, { failures: [1, 5, null], cooldown: ["5 seconds", "1 minute", null] }],
  [{ subscriber: "send-note" }, { "retry.attempts": [1, 2, null] }],
];
/** Those of the workflow that a history is about. */
const SETTING_OF: Partial<Record<Scene, number>> = {
  bells: 0,
  pages: 1,
  turns: 2,
  trip: 3,
  tour: 4,
  crates: 4,
};

/** What a history is about: by dice of its own for each choice, so that a new scene leaves most seeds what they were. */
function sceneOf(seed: string, usual: Scene): Scene {
  if (process.env.SOAK_SCENE) return process.env.SOAK_SCENE as Scene;
  const of = (purpose: string) => quick(`${seed}:${purpose}`).fraction();
  const later = of("later") / 0.3;
  if (later < 1) return LATER[Math.floor(later * LATER.length)]!;
  if (of("express") < 0.2) return "express";
  if (of("parcels") >= 0.3) return usual;
  return of("boxes") < 0.5 ? "boxes" : "parcels";
}

/** The history of a seed: a few events, and orders at any moment after. */
export function historyOf(seed: string): History {
  const random = quick(`${seed}:history`);
  const upTo = (most: number) => Math.floor(random.fraction() * most);
  const oneOf = <Item>(items: readonly Item[]) => items[upTo(items.length)]!;
  const operations: Operation[] = [];
  const scene = sceneOf(seed, oneOf(USUAL));
  const ordered = OF_SCENE[scene] ?? WORKFLOWS;
  const publish = (at: number, event: string, detail: Record<string, unknown>) => {
    operations.push({ at, do: "publish", event, detail });
    if (random.fraction() < 0.15)
      operations.push({ at: at + upTo(2 * MINUTE), do: "publish", event, detail });
  };
  const trip = (n: number) => {
    const id = `t${n}`;
    const at = upTo(30 * SECOND);
    publish(at, "trip.requested", { id });
    if (random.fraction() < 0.8) publish(at + upTo(50 * MINUTE), "trip.paid", { id });
    if (random.fraction() < 0.2) publish(at + upTo(20 * MINUTE), "trip.cancelled", { id });
  };
  const keyed = (event: string, count: number, spread: number) => {
    for (let n = 0; n < count; n++)
      publish(upTo(spread), event, { id: `k${n}`, key: oneOf(["one", "one", "two"]) });
  };
  if (scene === "trip") for (let n = 0; n <= upTo(2); n++) trip(n);
  if (scene === "parcels") {
    for (let n = 0; n <= upTo(2); n++) {
      const at = upTo(30 * SECOND);
      publish(at, "parcel.requested", { id: `p${n}` });
      if (random.fraction() < 0.2) publish(at + upTo(5 * MINUTE), "trip.cancelled", { id: `p${n}` });
    }
  }
  if (scene === "boxes") {
    const at = upTo(30 * SECOND);
    const boxes = Array.from({ length: upTo(5) }, (_, n) => ({ id: `b${n}` }));
    publish(at, "boxes.requested", { id: "boxes", boxes });
    if (random.fraction() < 0.2) publish(at + upTo(5 * MINUTE), "trip.cancelled", { id: "boxes" });
  }
  if (scene === "express") keyed("express.requested", 1 + upTo(4), MINUTE);
  if (scene === "tour") publish(0, "tour.requested", { id: "tour" });
  if (scene === "turns") keyed("turn.requested", 2 + upTo(4), 2 * MINUTE);
  if (scene === "shots") keyed("shot.requested", 2 + upTo(4), 2 * MINUTE);
  if (scene === "burst") keyed("burst.requested", 2 + upTo(4), 3 * MINUTE);
  if (scene === "mixed") {
    trip(0);
    keyed("turn.requested", 2, MINUTE);
    publish(upTo(MINUTE), "tour.requested", { id: "tour" });
  }
  if (scene === "crates") {
    for (let n = 0; n <= upTo(2); n++) {
      const at = upTo(30 * SECOND);
      publish(at, "crate.requested", { id: `c${n}` });
      // Often in the moment in which another way finishes.
      const fetched = random.fraction() < 0.5 ? 40 * SECOND + upTo(5 * SECOND) : upTo(2 * MINUTE);
      if (random.fraction() < 0.6) publish(at + fetched, "crate.fetched", { id: `c${n}` });
      if (random.fraction() < 0.1) publish(at + upTo(5 * MINUTE), "trip.cancelled", { id: `c${n}` });
      const soon = { do: "decide", approved: true, which: 0, by: oneOf(PEOPLE) } as const;
      if (random.fraction() < 0.7) operations.push({ at: at + upTo(MINUTE), ...soon });
    }
  }
  if (scene === "pages") keyed("page.changed", 2 + upTo(7), 90 * SECOND);
  if (scene === "bells") keyed("bell.requested", 3 + upTo(6), 2 * MINUTE);
  if (scene === "payments") {
    for (let n = 0; n <= upTo(2); n++) publish(upTo(30 * SECOND), "payment.requested", { id: `y${n}` });
    for (let n = 0; n < 2 + upTo(6); n++) {
      const at = upTo(random.fraction() < 0.5 ? 3 * MINUTE : 65 * MINUTE);
      const which = upTo(2);
      const by = oneOf(PEOPLE);
      const approved = random.fraction() < 0.6;
      operations.push({ at, do: "decide", approved, which, by });
      if (random.fraction() > 0.4) continue;
      // Another decides in their place, and they have decided or do so after all.
      const other = oneOf(PEOPLE);
      operations.push({ at: at + upTo(2) * SECOND - 1, do: "delegate", from: by, to: other, which });
      operations.push({ at: at - upTo(2) * SECOND, do: "decide", approved, which, by: other });
      operations.push({ at: at + upTo(MINUTE), do: "decide", approved, which, by: other });
    }
  }
  if (scene === "minutes") {
    for (let n = 0; n <= upTo(2); n++) publish(upTo(30 * SECOND), "minutes.requested", { id: `m${n}` });
    for (let n = 0; n < 1 + upTo(4); n++) {
      const at = upTo(random.fraction() < 0.6 ? 2 * MINUTE : 40 * MINUTE);
      operations.push({ at, do: "signal", remark: `remark ${n}`, run: upTo(2) });
    }
  }
  const orders = random.fraction() < 0.2 ? 0 : 1 + upTo(9);
  for (let n = 0; n < orders; n++) {
    // Soon after the beginning, when most runs are running, or within the hour.
    const at = random.fraction() < 0.6 ? upTo(90 * SECOND) : upTo(70 * MINUTE);
    const run = upTo(4);
    const kind = random.fraction();
    if (kind < 0.45)
      operations.push({
        at,
        do: "order",
        action: oneOf(["terminate", "retry", "pause", "resume", "retry", "terminate"]),
        run,
      });
    else if (kind < 0.55)
      operations.push({
        at,
        do: "workflow",
        action: oneOf(["pause", "resume", "drain"]),
        workflow: oneOf(ordered),
      });
    else if (kind < 0.59)
      operations.push({ at, do: "reaction", action: oneOf(["pause", "resume", "drain"]) });
    else if (kind < 0.69)
      operations.push({ at, do: "decide", approved: random.fraction() < 0.6, which: upTo(3) });
    else if (kind < 0.75) operations.push({ at, do: "dead-letters", action: oneOf(["redrive", "discard"]) });
    else if (kind < 0.82) operations.push({ at, do: "replay", again: random.fraction() < 0.7, run });
    else if (kind < 0.88)
      operations.push({
        at,
        do: "breaker",
        breaker: oneOf(["airline", "post"]),
        state: oneOf(["open", "closed", "auto"]),
      });
    else if (kind < 0.92) operations.push({ at, do: "stop natively", run });
    else if (kind < 0.95) operations.push({ at, do: "redrive natively", run });
    else operations.push({ at, do: "repeat", order: upTo(3) });
    const pair = operations.at(-1)!;
    // A run that was paused or ended is often given another order a moment later.
    if (pair.do === "order" && random.fraction() < 0.5) {
      const action = pair.action === "pause" ? "resume" : oneOf(["retry", "terminate"] as const);
      operations.push({
        at: at + upTo(random.fraction() < 0.5 ? 2 * SECOND : 3 * MINUTE),
        do: "order",
        action,
        run,
      });
    }
  }
  // People answer now and then.
  for (let n = 0; n < 3; n++)
    operations.push({ at: upTo(60 * MINUTE), do: "decide", approved: random.fraction() < 0.75, which: 0 });
  // A new version, mostly while runs of the old one are running.
  if (random.fraction() < 0.3)
    operations.push({ at: upTo(random.fraction() < 0.5 ? MINUTE : 60 * MINUTE), do: "deploy" });
  const chance = quick(`${seed}:settings`);
  const many = chance.fraction() < 0.3 ? 1 + Math.floor(chance.fraction() * 4) : 0;
  for (let n = 0; n < many; n++) operations.push(changeOf(chance, SETTING_OF[scene]));
  for (const operation of operations) operation.at = Math.max(0, operation.at);
  return { operations: operations.sort((a, b) => a.at - b.at), calm: 75 * MINUTE };
}

/** A change of settings, mostly of what the history is about. */
function changeOf(random: { fraction(): number }, of: number | undefined): Operation {
  const any = <Item>(items: readonly Item[]) => items[Math.floor(random.fraction() * items.length)]!;
  const [target, settings] = of !== undefined && random.fraction() < 0.8 ? SETTINGS[of]! : any(SETTINGS);
  const [name, values] = any(Object.entries(settings));
  const at = Math.floor(random.fraction() * (random.fraction() < 0.7 ? 3 * MINUTE : 70 * MINUTE));
  return { at, do: "set", target, values: { [name]: any(values) } };
}

/** The app that a history acts on. */
export interface Stage {
  now(): number;
  /** Lets all that is due up to then happen. */
  runTo(time: number): Promise<void>;
  publish(event: string, detail: object): void;
  /** Gives a command, and does not wait for its effect. */
  order(command: object): void;
  decide(approval: any, approved: boolean, by: string): void;
  delegate(approval: any, from: string, to: string): void;
  /** A call of Step Functions as from its console: refusals are none of ours. */
  console(operation: "StopExecution" | "RedriveExecution", arn: string): void;
  /** Deploys a new version of the app. */
  deploy(): void;
  /** All items of the table by kind, in plain values. */
  items(kind: TableItem["kind"]): any[];
  executions(): { arn: string; name: string; status: string }[];
  /** From now on nothing goes wrong. */
  calmDown(): void;
}

const BY = { by: "soak", why: "because" };

/** Runs a history to its end: what people do, then nine hours without faults in which people resolve everything. */
export async function runSeed(stage: Stage, { operations, calm }: History): Promise<void> {
  const start = stage.now();
  const given: any[] = [];
  let keys = 0;
  const order = (command: any) => {
    const whole = { ...BY, key: `soak-${++keys}`, ...command };
    given.push(whole);
    stage.order(whole);
  };
  const runAt = (n: number): any => {
    const runs = stage.items("run").sort((a, b) => (a.acceptedAt + a.run < b.acceptedAt + b.run ? -1 : 1));
    return runs.length > 0 ? runs[n % runs.length] : undefined;
  };
  const executionAt = (n: number) => {
    const run = runAt(n);
    return (
      run &&
      stage.executions().find(({ name }) => name === (run.epoch === 1 ? run.run : `${run.run}-e${run.epoch}`))
    );
  };
  for (const operation of operations) {
    await stage.runTo(start + operation.at);
    switch (operation.do) {
      case "publish":
        stage.publish(operation.event, operation.detail);
        break;
      case "order": {
        const run = runAt(operation.run);
        if (run) order({ action: operation.action, target: { run: run.run } });
        break;
      }
      case "repeat": {
        const earlier = given[operation.order % (given.length || 1)];
        if (earlier) stage.order(earlier);
        break;
      }
      case "workflow":
        order({ action: operation.action, target: { workflow: operation.workflow } });
        break;
      case "reaction":
        order({ action: operation.action, target: { subscriber: "send-note" } });
        break;
      case "decide": {
        const asked = pending(stage);
        const { which, approved, by = "soak" } = operation;
        if (asked.length > 0) stage.decide(asked[which % asked.length], approved, by);
        break;
      }
      case "delegate": {
        const asked = pending(stage);
        const { which, from, to } = operation;
        if (asked.length > 0) stage.delegate(asked[which % asked.length], from, to);
        break;
      }
      case "signal": {
        const run = runAt(operation.run);
        const { remark } = operation;
        if (run) stage.publish("remark.made", { remark, millrace: { subject: run.run } });
        break;
      }
      case "set":
        order({ action: "set", target: operation.target, values: operation.values });
        break;
      case "dead-letters":
        order({ action: operation.action, target: { all: "dead-letters" } });
        break;
      case "replay": {
        const run = runAt(operation.run);
        if (run) order({ action: "replay", target: { run: run.run }, again: operation.again });
        break;
      }
      case "breaker":
        order({ action: "force", target: { breaker: operation.breaker }, state: operation.state });
        break;
      case "deploy":
        stage.deploy();
        break;
      case "stop natively":
      case "redrive natively": {
        const execution = executionAt(operation.run);
        if (execution)
          stage.console(
            operation.do === "stop natively" ? "StopExecution" : "RedriveExecution",
            execution.arn,
          );
        break;
      }
    }
  }
  await stage.runTo(start + calm);
  stage.calmDown();
  for (const workflow of ALL_WORKFLOWS) order({ action: "resume", target: { workflow } });
  order({ action: "resume", target: { subscriber: "send-note" } });
  for (const breaker of ["airline", "post"]) order({ action: "force", target: { breaker }, state: "auto" });
  for (let round = 0; round < 30; round++) {
    for (const { run, paused } of stage.items("run"))
      if (paused) order({ action: "resume", target: { run } });
    for (const approval of pending(stage)) for (const by of PEOPLE) stage.decide(approval, true, by);
    if (round > 0 && stage.items("dead-letter").some(({ resolved }) => !resolved))
      order({ action: round < 20 ? "redrive" : "discard", target: { all: "dead-letters" } });
    await stage.runTo(stage.now() + (round < 12 ? 10 : 25) * MINUTE);
    if (round > 2 && round < 28 && isQuiet(stage)) round = 28;
  }
}

const pending = (stage: Stage) =>
  stage
    .items("approval")
    .filter(({ state }) => state === "pending")
    .sort((a, b) => (a.pk + a.sk < b.pk + b.sk ? -1 : 1));

/** Nothing is running any more: only reminders are left. */
function isQuiet(stage: Stage): boolean {
  const ended = ["succeeded", "failed", "timed-out", "terminated"];
  return (
    stage.items("run").every(({ status, compensation }) => ended.includes(status) && !compensation?.open) &&
    stage.executions().every(({ status }) => status !== "RUNNING") &&
    stage.items("deferred").length === 0 &&
    stage.items("batch-entry").length === 0 &&
    !stage.items("claim").some((claim) => isInDoubt(claim) && claim.undoneBy) &&
    stage.items("dead-letter").every(({ resolved }) => resolved)
  );
}

export type { Wiring };
