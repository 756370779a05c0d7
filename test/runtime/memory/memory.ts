import { untilOf } from "../../../lambdas/runtime/completion/deadline.ts";
import type { DecidedRaces } from "../../../lambdas/runtime/completion/ports.ts";
import type { DeliveryReceipts } from "../../../lambdas/runtime/ledger/ports.ts";
import type { DeliveryReceipt } from "../../../lambdas/runtime/ledger/receipt.ts";
import type { Approvals, Decided } from "../../../lambdas/runtime/ports/approvals.ts";
import type { Outbox } from "../../../lambdas/runtime/ports/bus.ts";
import type { Claims } from "../../../lambdas/runtime/ports/claims.ts";
import type { Executions } from "../../../lambdas/runtime/ports/executions.ts";
import type { Artifacts } from "../../../lambdas/runtime/ports/files.ts";
import type { Quarantine, QuarantineStore } from "../../../lambdas/runtime/ports/quarantine.ts";
import { CommandKept, type Runs } from "../../../lambdas/runtime/ports/runs.ts";
import type { Log, Metrics } from "../../../lambdas/runtime/ports/telemetry.ts";
import type { Audits } from "../../../lambdas/runtime/relay/audit.ts";
import type { Change } from "../../../lambdas/runtime/relay/change.ts";
import { changeEventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import type { FailedBatches } from "../../../lambdas/runtime/relay/failed-batches.ts";
import { afterHandOver, isWithoutExecution } from "../../../lambdas/runtime/runs/transitions.ts";
import type { Races } from "../../../lambdas/runtime/wait/ports.ts";
import { asked, carried } from "../../../lambdas/runtime/wait/question.ts";
import { type Counted, delegate, vote } from "../../../lambdas/runtime/wait/vote.ts";
import * as rules from "../../../lambdas/runtime/work/claim-changes.ts";
import type { StartConditionReader } from "../../../lambdas/runtime/work/ports.ts";
import { sealedUndo } from "../../../lambdas/runtime/work/undo-claim.ts";
import { auditOf, auditOfRun } from "../../../lib/contract/audit.ts";
import { controlKey } from "../../../lib/contract/keys/control.ts";
import { quarantineKey } from "../../../lib/contract/keys/delivery.ts";
import { shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import { racePartition } from "../../../lib/contract/keys/race.ts";
import { partitionsOf, runKey } from "../../../lib/contract/keys/run.ts";
import { lostWay } from "../../../lib/contract/race.ts";
import { dueAt, dueWhile, firstCheck } from "../../../lib/contract/runs/first-check.ts";
import { indexesOf } from "../../../lib/contract/runs/run-indexes.ts";
import {
  type ApprovalItem,
  type ClaimItem,
  type CommandItem,
  type ControlItem,
  isEnded,
  type QuarantineItem,
  type RaceItem,
  type RunEnd,
  type RunItem,
  type TableItem,
} from "../../../lib/contract/table.ts";
import { memoryBatches } from "./memory-batches.ts";

/** The ports in memory, over one map of items that remembers every change: a table with its stream. */
export function memory(now: () => number) {
  const items = new Map<string, TableItem>();
  const changes: Change[] = [];
  const at = (key: ItemKey) => structuredClone(items.get(`${key.pk}|${key.sk}`));
  const time = () => new Date(now()).toISOString();

  const write = (after: TableItem) => {
    const before = at(after);
    const stored = structuredClone({ ...after, revision: (before?.revision ?? 0) + 1, changedAt: time() });
    items.set(`${after.pk}|${after.sk}`, stored);
    changes.push({ before, after: structuredClone(stored) });
  };

  const keepCommand = (command: CommandItem) => {
    if (at(command)) throw new CommandKept("kept");
    write(command);
  };

  const runs: Runs = {
    async accept(run) {
      const existing = at(run) as RunItem | undefined;
      if (existing) return { accepted: false, existing };
      write(run);
      return { accepted: true };
    },
    read: async (run) => at(runKey(run)) as RunItem | undefined,
    async hold({ run, epoch, workflow, acceptedAt }) {
      const item = at(runKey(run)) as RunItem;
      if (item.status !== "accepted" || item.epoch !== epoch || item.held) return;
      if (item.compensation?.open) return;
      write({ ...item, held: "paused", due: shardOf(`held#${workflow}`, run), dueAt: acceptedAt });
    },
    async started({ run, epoch, version }, execution, leavesNothing) {
      const { held: _, due: __, dueAt: ___, ...item } = at(runKey(run)) as RunItem;
      const until = untilOf(item, now());
      const started: RunItem = { ...item, status: "running", execution, ...(until && { until }) };
      if (item.status === "accepted" && item.epoch === epoch)
        write({
          ...started,
          ...dueWhile({ ...started, express: undefined }, now()),
          ...(leavesNothing && { leavesNothing }),
          version,
        });
      return at(runKey(run)) as RunItem;
    },
    async startedExpress({ run, epoch }, express) {
      const { held: _, due: __, dueAt: ___, ...item } = at(runKey(run)) as RunItem;
      const started: RunItem = { ...item, status: "running", express };
      if (item.status === "accepted" && item.epoch === epoch)
        write({ ...started, ...dueWhile(started, now()) });
    },
    async handedOver({ run, epoch, express, version }, execution, why) {
      const { held: _, ...item } = at(runKey(run)) as RunItem;
      if (item.epoch === epoch && isWithoutExecution(item))
        write({
          ...afterHandOver({ ...item, express }, why),
          status: "running",
          execution,
          version,
          ...dueAt(run, firstCheck(afterHandOver({ ...item, express }, why), now())),
        });
      return at(runKey(run)) as RunItem;
    },
    async succeeded({ run, epoch, acceptedAt }, output) {
      const { stuck: _, held: __, due: ___, dueAt: ____, ...item } = at(runKey(run)) as RunItem;
      if (item.epoch !== epoch || !isWithoutExecution(item) || item.compensation)
        return at(runKey(run)) as RunItem;
      const ended = { status: "succeeded", output, endedAt: time() } as const;
      const audit = auditOfRun({ run, acceptedAt }, now());
      write({ ...item, ...ended, ...indexesOf({ ...item, ...ended }), ...audit });
      return undefined;
    },
    async change(run, transition, { command } = {}) {
      const before = at(runKey(run)) as RunItem | undefined;
      const after = before && transition(before);
      if (after && after !== before) {
        if (command) keepCommand(command(after));
        write(after);
      }
      return at(runKey(run)) as RunItem | undefined;
    },
    async end(run, epoch, { status, output, failure }: RunEnd) {
      const item = at(runKey(run)) as RunItem | undefined;
      if (item?.epoch !== epoch || isEnded(item.status)) return false;
      write({ ...item, status, output, failure, endedAt: time(), ...auditOf(run, now()) });
      return true;
    },
    async due(until, limit) {
      const open = [...items.values()].filter(
        (item) => item.kind === "run" && item.due?.startsWith("due#") && item.dueAt! <= until,
      );
      const byTime = (structuredClone(open) as RunItem[]).sort((a, b) => (a.dueAt! < b.dueAt! ? -1 : 1));
      return byTime.slice(0, limit);
    },
    async watch(run, check) {
      const item = items.get(`${runKey(run).pk}|run`) as RunItem;
      if (!isEnded(item.status) && item.due === undefined) Object.assign(item, dueAt(run, check));
    },
    async postpone(run, until, keptUntil) {
      const item = items.get(`${runKey(run).pk}|run`) as RunItem;
      if (item.due?.startsWith("due#")) Object.assign(item, { dueAt: until, expiresAt: keptUntil });
    },
  };

  const claimAt = (key: ItemKey) => at(key) as ClaimItem | undefined;
  const moment = () => ({ now: now(), time: time() });
  const turn = <Answer>({ becomes, answer }: rules.Turn<Answer>) => {
    if (becomes) write({ ...becomes, expiresAt: becomes.expiresAt ?? 0 });
    return answer;
  };
  const claims: Claims = {
    claim: async (request) => turn(rules.claim(claimAt(request.key), request, moment())),
    read: async (...keys) => keys.map(claimAt),
    find: async (key) => claimAt(key),
    complete: async (key, owner, completion) =>
      turn(rules.complete(claimAt(key), owner, completion, moment())),
    async completeAndClaim({ key, owner }, completion, next) {
      const done = turn(rules.complete(claimAt(key), owner, completion, moment()));
      if (done !== "completed") return done;
      turn(rules.claim(claimAt(next.key), next, moment()));
      return "continued";
    },
    async completeAndEnd(key, owner, completion, { output, ...run }) {
      const done = turn(rules.complete(claimAt(key), owner, completion, moment()));
      if (done !== "completed") return done;
      return (await runs.succeeded(run, output)) ? "completed" : "ended";
    },
    // Every change is published.
    publish: async () => {},
    async reuse(key, owner, effect) {
      const undone = effect.undo && sealedUndo(effect);
      const isBegun = undone !== undefined && claimAt(undone)?.state !== undefined;
      const reused = rules.reuse(claimAt(key), owner, effect, isBegun, moment());
      if (reused.becomes && undone) write({ ...at(undone), ...undone } as ClaimItem);
      return turn(reused);
    },
    adopt: async (key, from, to) => turn(rules.adopt(claimAt(key), from, to)),
    record: async (request, startedAt, end) =>
      turn(rules.record(claimAt(request.key), request, startedAt, end, moment())),
    async recordTogether(results, ended) {
      const { key, owner } = results[0].request;
      const known = claimAt(key);
      if (known) return known.owner === owner ? "recorded" : "refused";
      for (const result of results) turn({ becomes: rules.recordedResult(result), answer: undefined });
      return ended && !(await runs.succeeded(ended, ended.output)) ? "ended" : "recorded";
    },
    takeOver: async (key, from, by) => turn(rules.takeOver(claimAt(key), from, by)),
    fail: async (key, owner, failure, inDoubt = false) =>
      turn(rules.fail(claimAt(key), owner, failure, inDoubt, moment())),
    release: async (key, owner) => turn(rules.release(claimAt(key), owner)),
    async seal(run, epoch, within = () => true) {
      for (const item of structuredClone([...items.values()])) {
        if (!partitionsOf(run).includes(item.pk) || (item as ClaimItem).epoch !== epoch) continue;
        if (item.kind === "claim" && within(item.path)) turn(rules.seal(item));
        if (item.kind === "approval" && item.state === "pending" && within(item.path)) {
          const { list: _, listedAt: __, ...closed } = item;
          write({ ...closed, state: "closed" });
        }
      }
    },
  };

  const countVote = (prior: ApprovalItem, counted: Counted): Decided => {
    if (counted.kind === "refused") return { decided: false, existing: prior, why: counted.why };
    if (counted.kind === "counted") write({ ...prior, ...counted.set });
    return { decided: true, counted: at(prior) as ApprovalItem };
  };
  const approvals: Approvals = {
    async open(question, over) {
      const prior = at(question) as ApprovalItem | undefined;
      const becomes = asked(prior, question, over);
      if (becomes === "put") write({ ...question, ...carried(prior, question) });
      if (becomes === "answered already" || becomes === "taken over")
        items.set(`${question.pk}|${question.sk}`, {
          ...prior!,
          token: question.token,
          fence: question.fence,
        });
      return at(question) as ApprovalItem;
    },
    read: async (key) => at(key) as ApprovalItem | undefined,
    async delegate(key, delegation) {
      const prior = at(key) as ApprovalItem;
      return countVote(prior, delegate(prior, delegation, time()));
    },
    async decide(key, decision, by = "person") {
      const prior = at(key) as ApprovalItem | undefined;
      if (by === "person" && prior && (key.quorum ?? key.notBy ?? key.delegations))
        return countVote(prior, vote(prior, decision, time()));
      const over = prior?.until !== undefined && prior.until <= time();
      if (prior?.state !== "pending" || over !== (by === "silence"))
        return { decided: false, existing: prior };
      const { list: _, listedAt: __, ...open } = prior;
      write({ ...open, state: "decided", decision, decidedAt: time() });
      return { decided: true };
    },
    async close(key) {
      const prior = at(key) as ApprovalItem | undefined;
      if (prior?.state !== "pending") return;
      const { list: _, listedAt: __, ...closed } = prior;
      write({ ...closed, state: "closed" });
    },
  };

  const racesOf = <Kind extends "race" | "race-child">(kind: Kind, run: string) =>
    structuredClone([...items.values()]).filter(
      (item): item is Extract<TableItem, { kind: Kind }> =>
        item.kind === kind && item.pk === racePartition(run),
    );
  const races: Races & DecidedRaces = {
    async decide(item) {
      if (!at(item)) write(item);
      return at(item) as RaceItem;
    },
    async call(item) {
      if (!at(item)) write(item);
    },
    uncall: async ({ pk, sk }) => void items.delete(`${pk}|${sk}`),
    decided: async (run) => racesOf("race", run),
    children: async (run) => racesOf("race-child", run),
  };

  const startConditions: StartConditionReader = {
    read: async (run, workflow, _breaker, { place, known } = {}) => ({
      run: known ?? (at(runKey(run)) as RunItem | undefined),
      workflow: at(controlKey("workflow", workflow)) as ControlItem | undefined,
      breaker: undefined,
      lost: place && lostWay(place, racesOf("race", run)),
    }),
  };

  const receipts: DeliveryReceipt[] = [];
  const deliveries: DeliveryReceipts = { record: async (receipt) => void receipts.push(receipt) };

  const quarantine: Quarantine = {
    async keep(item) {
      const before = at(item) as QuarantineItem | undefined;
      if (!before || before.resolved?.as === "released") write(item);
    },
  };
  const quarantineStore: QuarantineStore = {
    read: async (id) => at(quarantineKey(id)) as QuarantineItem | undefined,
    async resolve(id, resolved, released) {
      const { list: _, ...item } = at(quarantineKey(id)) as QuarantineItem;
      write({ ...item, resolved, released, unpublished: shardOf("unpublished", id) });
    },
  };

  const outbox: Outbox = {
    async published(key, revision) {
      const item = items.get(`${key.pk}|${key.sk}`);
      if (item?.revision === revision) delete item.unpublished;
    },
    async overdue(until, limit) {
      return [...items.values()]
        .filter((item) => item.unpublished && item.changedAt <= until)
        .slice(0, limit);
    },
  };

  const reached: Record<string, string> = {};
  const audits: Audits = {
    reached: async () => ({ ...reached }),
    remember: async (more) => void Object.assign(reached, more),
    async *ended(partition, from, until) {
      const ended = [...items.values()].flatMap((item) => {
        if ((item.kind !== "run" && item.kind !== "claim") || item.due !== partition) return [];
        const { pk, sk, run, dueAt } = item;
        return dueAt! > from && dueAt! <= until ? [{ pk, sk, run, at: dueAt! }] : [];
      });
      yield ended.sort((one, other) => (one.at < other.at ? -1 : 1));
    },
    async *accepted(partition, from, until) {
      const runs = [...items.values()].flatMap((item) => {
        if (item.kind !== "run" || item.list !== partition) return [];
        const { pk, sk, run, listedAt } = item;
        return listedAt > from && listedAt <= until ? [{ pk, sk, run, at: listedAt }] : [];
      });
      yield runs.sort((one, other) => (one.at < other.at ? -1 : 1));
    },
    async compare(run) {
      const of = [...items.values()].filter(({ pk }) => partitionsOf(run).includes(pk));
      return {
        items: structuredClone(of),
        logged: new Set(changes.flatMap(eventIdsOf).filter((id) => !lost.has(id))),
      };
    },
    async again({ pk, sk, run }, dueAt) {
      const item = items.get(`${pk}|${sk}`) as RunItem | ClaimItem;
      if (item.kind === "run" && !isEnded(item.status)) return;
      Object.assign(item, { due: shardOf("ended", run), dueAt });
    },
  };
  const lost = new Set<string>();
  /** Made once for each change: runs are compared many times. */
  const eventIds = new Map<(typeof changes)[number], string[]>();
  const eventIdsOf = (change: (typeof changes)[number]) => {
    const { before, after } = change;
    const ids = eventIds.get(change) ?? changeEventsOf(before, after).map(({ event }) => event.id);
    eventIds.set(change, ids);
    return ids;
  };
  const failedBatches: FailedBatches = { list: async () => [], read: async () => [], remove: async () => {} };

  return {
    audits,
    batches: memoryBatches({ at, write }),
    failedBatches,
    /** Ids of events that the log lacks. */
    lost,
    runs,
    claims,
    approvals,
    races,
    startConditions,
    quarantine,
    deliveries,
    /** The receipts that were written, in order. */
    receipts,
    quarantineStore,
    outbox,
    changes,
    get: (key: ItemKey) => at(key),
    keepCommand,
    write,
    /** Puts an item as it is, without a revision of its own. */
    put: (item: TableItem) => void items.set(`${item.pk}|${item.sk}`, structuredClone(item)),
    all: () => structuredClone([...items.values()]),
    remove: (key: ItemKey) => items.delete(`${key.pk}|${key.sk}`),
    kept: () =>
      structuredClone([...items.values()].filter((item) => item.kind === "quarantine")) as QuarantineItem[],
  };
}

/** Step Functions that executes nothing: it remembers what was started and stopped, and the answers for tokens. */
export function memoryExecutions() {
  const started: { name: string; input: string }[] = [];
  const answers: { token: string; output?: string; error?: string; cause?: string }[] = [];
  const stopped: string[] = [];
  const gone = new Set<string>();
  const answer = (entry: (typeof answers)[number]) => {
    if (gone.has(entry.token)) return "gone" as const;
    gone.add(entry.token);
    answers.push(entry);
    return "delivered" as const;
  };
  const executions: Executions = {
    async start(name, input) {
      if (!started.some((execution) => execution.name === name)) started.push({ name, input });
      return { kind: "started", execution: `arn:aws:states:us-east-1:000000000000:execution:w:${name}` };
    },
    async stop(name) {
      stopped.push(name);
    },
    succeed: async (token, output) => answer({ token, output }),
    fail: async (token, error, cause) => answer({ token, error, cause }),
  };
  return { executions, started, stopped, answers, gone };
}

export const noArtifacts: Artifacts = {
  put: async (key) => `s3://bucket/${key}`,
  get: async () => new Uint8Array(),
  uri: (key) => `s3://bucket/${key}`,
};

/** A log and counters that remember. */
export function memoryObservation() {
  const lines: { level: string; message: string }[] = [];
  const counts = new Map<string, number>();
  const measured: { name: string; value: number; dimensions: object }[] = [];
  const line = (level: string) => (message: string) => void lines.push({ level, message });
  const log: Log = { info: line("info"), warn: line("warn"), error: line("error") };
  const metrics: Metrics = {
    count(name, value = 1, dimensions = {}) {
      counts.set(name, (counts.get(name) ?? 0) + value);
      measured.push({ name, value, dimensions });
    },
    milliseconds: () => {},
  };
  return { log, metrics, lines, counts, measured };
}
