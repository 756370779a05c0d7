import { isWithoutExecution } from "../../lambdas/runtime/completion/transitions.ts";
import type { DeliveryReceipts } from "../../lambdas/runtime/ledger/ports.ts";
import type { DeliveryReceipt } from "../../lambdas/runtime/ledger/receipt.ts";
import {
  type Approvals,
  type Artifacts,
  type Claims,
  CommandKept,
  type Decided,
  type Executions,
  type Log,
  type Metrics,
  type Outbox,
  type Quarantine,
  type QuarantineStore,
  type Runs,
} from "../../lambdas/runtime/ports.ts";
import type { Audits } from "../../lambdas/runtime/relay/audit.ts";
import type { Change } from "../../lambdas/runtime/relay/change.ts";
import { changeEventsOf } from "../../lambdas/runtime/relay/change-events.ts";
import type { FailedBatches } from "../../lambdas/runtime/relay/failed-batches.ts";
import { asked, carried } from "../../lambdas/runtime/wait/question.ts";
import { type Counted, delegate, vote } from "../../lambdas/runtime/wait/vote.ts";
import {
  isInDoubt,
  isSealable,
  mayClaim,
  mayRecord,
  recordRefusedBy,
  refusedBy,
  takesOver,
} from "../../lambdas/runtime/work/claim.ts";
import { resultOf } from "../../lambdas/runtime/work/earlier.ts";
import type { StartConditionReader } from "../../lambdas/runtime/work/ports.ts";
import { sealedUndo } from "../../lambdas/runtime/work/undo-claim.ts";
import { auditOf } from "../../lib/contract/audit.ts";
import {
  controlKey,
  heldPartition,
  type ItemKey,
  partitionsOf,
  quarantineKey,
  runKey,
  shardOf,
} from "../../lib/contract/keys.ts";
import { indexesOf } from "../../lib/contract/run-indexes.ts";
import {
  type ApprovalItem,
  type ClaimItem,
  type CommandItem,
  type ControlItem,
  isEnded,
  type QuarantineItem,
  type RunEnd,
  type RunItem,
  type TableItem,
} from "../../lib/contract/table.ts";
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
      write({ ...item, held: "paused", due: heldPartition(workflow), dueAt: acceptedAt });
    },
    async started({ run, epoch }, execution, leavesNothing) {
      const { held: _, ...item } = at(runKey(run)) as RunItem;
      if (item.status === "accepted" && item.epoch === epoch)
        write({
          ...{ ...item, status: "running", execution, due: shardOf("due", run) },
          ...(leavesNothing && { leavesNothing }),
        });
      return at(runKey(run)) as RunItem;
    },
    async startedExpress({ run, epoch }, express, check) {
      const { held: _, ...item } = at(runKey(run)) as RunItem;
      if (item.status === "accepted" && item.epoch === epoch)
        write({ ...item, status: "running", express, due: shardOf("due", run), dueAt: check });
    },
    async handedOver({ run, epoch, express }, execution, why) {
      const { held: _, ...item } = at(runKey(run)) as RunItem;
      if (item.epoch === epoch && isWithoutExecution(item))
        write({
          ...{ ...item, status: "running", execution, due: shardOf("due", run) },
          express: express && { ...express, handedOver: why },
        });
      return at(runKey(run)) as RunItem;
    },
    async succeeded({ run, epoch }, output) {
      const { stuck: _, held: __, ...item } = at(runKey(run)) as RunItem;
      if (item.epoch !== epoch || !isWithoutExecution(item) || item.compensation)
        return at(runKey(run)) as RunItem;
      const ended = { status: "succeeded", output, endedAt: time() } as const;
      write({ ...item, ...ended, ...indexesOf({ ...item, ...ended }), ...auditOf(run, now()) });
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
    async postpone(run, until, keptUntil) {
      const item = items.get(`${runKey(run).pk}|run`) as RunItem;
      if (item.due?.startsWith("due#")) Object.assign(item, { dueAt: until, expiresAt: keptUntil });
    },
  };

  const claims: Claims = {
    async claim(request) {
      const prior = at(request.key) as ClaimItem | undefined;
      if (!mayClaim(prior, request, now())) return refusedBy(prior!, now());
      const { owner, lease, fence, about } = request;
      const tookOver = prior !== undefined && takesOver(prior, request, now());
      const { failure: _, endedAt: __, ...kept } = prior ?? ({ expiresAt: 0 } as ClaimItem);
      write({
        ...kept,
        ...request.key,
        kind: "claim",
        ...about,
        state: "running",
        owner,
        lease,
        fence,
        startedAt: time(),
        ...(tookOver && { doubt: time() }),
      });
      return { kind: "claimed", ...(tookOver && { tookOver }) };
    },
    read: async (...keys) => keys.map((key) => at(key) as ClaimItem | undefined),
    async complete(key, owner, result, emitted, undo) {
      const prior = at(key) as ClaimItem | undefined;
      if (prior?.owner === owner && prior.state === "running") {
        const { doubt: _, ...certain } = prior;
        write({
          ...certain,
          state: "done",
          result,
          emitted: emitted.length > 0 ? emitted : undefined,
          undo,
          endedAt: time(),
        });
        return "completed";
      }
      if (prior?.owner === owner && prior.state === "done") return "completed";
      if (prior?.owner !== owner || prior.state !== "sealed") return "lost";
      write({ ...prior, late: result, undo });
      return "late";
    },
    async reuse(key, owner, effect) {
      const own = at(key) as ClaimItem | undefined;
      if (own?.owner === owner && own.state === "done") return "completed";
      if (own?.owner !== owner || own.state !== "running") return "lost";
      const { undo, epoch: reusedFrom } = effect;
      const undone = undo && sealedUndo(effect);
      if (undone && (at(undone) as ClaimItem | undefined)?.state !== undefined) return "undo begun";
      write({ ...own, state: "done", result: resultOf(effect), undo, reusedFrom, endedAt: time() });
      if (undone) write({ ...at(undone), ...undone } as ClaimItem);
      return "completed";
    },
    async adopt(key, from, to) {
      const prior = at(key) as ClaimItem | undefined;
      if (prior?.state === "failed" && prior.fence === from) write({ ...prior, fence: to });
      return (at(key) as ClaimItem | undefined)?.fence === to;
    },
    async record({ key, owner, lease, fence, about }, startedAt, end) {
      const prior = at(key) as ClaimItem | undefined;
      if (!mayRecord(prior, { owner, fence }, end, now())) return recordRefusedBy(prior!, now());
      const { failure: _, doubt: __, ...kept } = prior ?? ({ expiresAt: 0 } as ClaimItem);
      const item = { ...kept, ...key, kind: "claim" as const, ...about, ...end };
      write({ ...item, owner, lease, fence, startedAt, endedAt: time() });
      return undefined;
    },
    async takeOver(key, from, { owner, lease }) {
      const prior = at(key) as ClaimItem | undefined;
      if (prior && prior.owner === from && isInDoubt(prior)) write({ ...prior, owner, lease });
      return (at(key) as ClaimItem | undefined)?.owner === owner;
    },
    async fail(key, owner, failure, inDoubt = false) {
      const prior = at(key) as ClaimItem | undefined;
      if (!prior || prior.owner !== owner) return false;
      if (isInDoubt(prior)) {
        const { doubt: _, ...certain } = prior;
        write({ ...certain, failure, asked: failure.policy === "ask" || undefined, endedAt: time() });
      }
      const doubt = inDoubt ? { doubt: time() } : {};
      if (prior.state === "running") write({ ...prior, state: "failed", failure, ...doubt, endedAt: time() });
      return prior.state === "running" || prior.state === "failed";
    },
    async release(key, owner) {
      const prior = at(key) as ClaimItem | undefined;
      if (prior?.owner !== owner || (prior.state !== "running" && !isInDoubt(prior))) return;
      const { state, owner: _, lease: __, ...rest } = prior;
      write((state === "sealed" ? { ...rest, state } : rest) as ClaimItem);
    },
    async seal(run, epoch) {
      for (const item of structuredClone([...items.values()])) {
        if (!partitionsOf(run).includes(item.pk) || (item as ClaimItem).epoch !== epoch) continue;
        if (item.kind === "claim" && isSealable(item)) write({ ...item, state: "sealed" });
        if (item.kind === "approval" && item.state === "pending") {
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

  const startConditions: StartConditionReader = {
    read: async (run, workflow) => ({
      run: at(runKey(run)) as RunItem | undefined,
      workflow: at(controlKey("workflow", workflow)) as ControlItem | undefined,
      breaker: undefined,
    }),
  };

  const marks: DeliveryReceipt[] = [];
  const deliveries: DeliveryReceipts = { mark: async (mark) => void marks.push(mark) };

  const quarantine: Quarantine = {
    async keep(item) {
      const before = at(item) as QuarantineItem | undefined;
      if (!before || before.resolved?.as === "released") write(item);
    },
  };
  const quarantineDesk: QuarantineStore = {
    read: async (id) => at(quarantineKey(id)) as QuarantineItem | undefined,
    async settle(id, resolved, released) {
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
        return dueAt! > from && dueAt! <= until ? [{ pk, sk, run, dueAt: dueAt! }] : [];
      });
      yield ended.sort((one, other) => (one.dueAt < other.dueAt ? -1 : 1));
    },
    async compare(run) {
      const published = changes.flatMap(({ before, after }) => changeEventsOf(before, after));
      const of = [...items.values()].filter(({ pk }) => partitionsOf(run).includes(pk));
      return {
        items: structuredClone(of),
        logged: new Set(published.map(({ event }) => event.id).filter((id) => !lost.has(id))),
      };
    },
    async again({ pk, sk }, at) {
      (items.get(`${pk}|${sk}`) as RunItem).dueAt = at;
    },
  };
  const lost = new Set<string>();
  const givenUp: FailedBatches = { list: async () => [], read: async () => [], remove: async () => {} };

  return {
    audits,
    batches: memoryBatches({ at, write }),
    givenUp,
    /** Ids of events that the log lacks. */
    lost,
    runs,
    claims,
    approvals,
    startConditions,
    quarantine,
    deliveries,
    /** What was marked of deliveries, in order. */
    marks,
    quarantineDesk,
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

/** State machines of which only the doors are there: what was started, and what tokens were answered. */
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
  const line = (level: string) => (message: string) => void lines.push({ level, message });
  const log: Log = { info: line("info"), warn: line("warn"), error: line("error") };
  const metrics: Metrics = {
    count: (name, value = 1) => void counts.set(name, (counts.get(name) ?? 0) + value),
    milliseconds: () => {},
  };
  return { log, metrics, lines, counts };
}
