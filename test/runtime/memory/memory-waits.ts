import type { Races, TaskHistory, Terminator, Waits } from "../../../lambdas/runtime/wait/ports.ts";
import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import { consumptionKey, meetingKey } from "../../../lib/contract/keys/wait.ts";
import type { ChangeRun } from "../../../lib/contract/messages/command.ts";
import type { AwaitedEventItem, RaceChildItem, RaceItem, WaiterItem } from "../../../lib/contract/table.ts";

type Entry = WaiterItem | AwaitedEventItem;

/** Waiters and awaited events over two maps that remember every change. */
export function memoryWaits(now: () => number) {
  const items = new Map<string, Entry>();
  const taken = new Set<string>();
  const changes: { before: Entry | undefined; after: Entry }[] = [];
  const at = (key: ItemKey) => structuredClone(items.get(`${key.pk}|${key.sk}`));
  const takenBy = ({ pk, consumer }: WaiterItem, event: string | undefined) =>
    consumptionKey(pk, consumer, event!).sk;

  const put = (before: Entry | undefined, after: Entry) => {
    if (at(after)?.revision !== before?.revision) return false;
    const revision = (before?.revision ?? 0) + 1;
    const stored = structuredClone({ ...after, revision, changedAt: new Date(now()).toISOString() });
    items.set(`${after.pk}|${after.sk}`, stored);
    changes.push({ before, after: stored });
    return true;
  };

  const waits: Waits = {
    async meeting({ event, key }, run) {
      const met = structuredClone([...items.values()].filter(({ pk }) => pk === meetingKey(event, key)));
      return {
        waiters: met.filter((item) => item.kind === "waiter").filter((item) => !run || item.run === run),
        events: met.filter((item) => item.kind === "awaited-event"),
      };
    },
    waiter: async (key) => at(key) as WaiterItem | undefined,
    put: async (before, after) => put(before, after),
    async consume(before, after) {
      const key = takenBy(after, after.taken);
      if (taken.has(key) || !put(before, after)) return false;
      taken.add(key);
      return true;
    },
    async giveBack(before, after) {
      if (!put(before, after)) return false;
      taken.delete(takenBy(before, before.taken));
      return true;
    },
  };
  const all = () => structuredClone([...items.values()]);
  return { waits, changes, all };
}

/** States that wait for an answer: each is left once, by an answer or without. */
export function memoryStates() {
  const left = new Map<string, "answered" | "unanswered">();
  const answers: { token: string; output?: string; error?: string; cause?: string }[] = [];
  const answer = (given: (typeof answers)[number]) => {
    if (left.has(given.token)) return "gone" as const;
    left.set(given.token, "answered");
    answers.push(given);
    return "delivered" as const;
  };
  const executions = {
    succeed: async (token: string, output: string) => answer({ token, output }),
    fail: async (token: string, error: string, cause: string) => answer({ token, error, cause }),
  };
  const history: TaskHistory = {
    answered: async (_workflow, _execution, token) => left.get(token) === "answered",
  };
  return {
    executions,
    history,
    answers,
    /** The state continues without an answer. Answers whether it was still there. */
    timeOut(token: string): boolean {
      if (left.has(token)) return false;
      left.set(token, "unanswered");
      return true;
    },
  };
}

/** Terminations that were ordered, each once. */
export function memoryTerminator() {
  const ordered = new Map<string, ChangeRun>();
  const terminator: Terminator = { terminate: async (command) => void ordered.set(command.key, command) };
  return { terminator, ordered };
}

/** Races over a map: the first decision stays. */
export function memoryRaces() {
  const decided = new Map<string, RaceItem>();
  const called = new Map<string, RaceChildItem>();
  const races: Races = {
    async decide(item) {
      if (!decided.has(item.sk)) decided.set(item.sk, item);
      return decided.get(item.sk)!;
    },
    call: async (item) => void called.set(item.sk, item),
    uncall: async ({ sk }) => void called.delete(sk),
  };
  return { races, decided, called };
}
