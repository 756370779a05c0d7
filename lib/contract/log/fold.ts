import type { OperatorAction } from "../items/item.ts";
import { ORDERS, type Place, type RunAction, type RunState } from "../runs/run-state.ts";
import { foldSteps } from "./fold-steps.ts";
import type { LoggedRun, LoggedState } from "./logged-state.ts";
import type { FoldedEntry, StateEntry } from "./state-entry.ts";

/**
 * The state of a run after these entries, in any order: those of one item are ordered by its revision, so
 * that an entry that was written late is placed correctly. The entries up to a time give the state at that
 * time. Undefined without entries.
 */
export function fold(entries: readonly FoldedEntry[]): RunState | undefined {
  const last = entries.reduce<FoldedEntry | undefined>((a, b) => (a && a.at > b.at ? a : b), undefined);
  if (!last) return undefined;
  const items = byItem(entries);
  const changes = items.filter((item) => isOf(item, "run")).flat();
  const epoch = Math.max(...(changes.length > 0 ? changes : entries).map((entry) => entry.epoch));
  const latest = changes.at(-1)?.state;
  const begun = changes.findLast(({ state }) => state.begun)?.state.begun;
  const steps = foldSteps(
    items.filter((item) => isOf(item, "step")),
    items.filter((item) => isOf(item, "deferral")),
  );
  return {
    run: last.run,
    epoch,
    asOf: last.at,
    workflow: begun?.workflow ?? steps[0]?.workflow,
    status: latest?.status,
    begun,
    execution: latest?.execution,
    startedAt: changes.find((entry) => entry.epoch === epoch && entry.state.status === "running")?.at,
    endedAt: latest?.endedAt,
    output: latest?.output,
    failure: latest?.failure,
    paused: latest?.paused,
    stuck: latest?.stuck,
    compensation: latest?.compensation,
    spent: latest?.spent,
    actions: actionsOf(changes.map(({ state }) => state)),
    steps,
    questions: items.filter((item) => isOf(item, "question")).map(latestState),
    waits: items.filter((item) => isOf(item, "wait")).map(latestState),
    races: items.filter((item) => isOf(item, "race")).map(latestState),
  };
}

/** The entries with item states, grouped by item, in order of the first entry of each item. */
function byItem(entries: readonly FoldedEntry[]): StateEntry[][] {
  const startConditions = entries.filter((entry): entry is StateEntry => entry.state !== undefined);
  const groups = Map.groupBy(startConditions.toSorted(byTime), ({ of }) => of);
  return [...groups.values()].map((group) => group.toSorted((a, b) => a.revision - b.revision));
}

function byTime(a: FoldedEntry, b: FoldedEntry): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : a.revision - b.revision;
}

function isOf<Kind extends LoggedState["kind"]>(
  item: StateEntry[],
  kind: Kind,
): item is StateEntry<Extract<LoggedState, { kind: Kind }>>[] {
  return item[0]?.state.kind === kind;
}

/** The last state of an item, and its position. */
function latestState<State extends LoggedState>(item: StateEntry<State>[]): Place & Omit<State, "kind"> {
  const { epoch, path = "", state } = item.at(-1)!;
  const { kind: _, ...rest } = state;
  return { epoch, path, ...rest };
}

/** Each action once, although later changes of the run still contain it. */
function actionsOf(changes: LoggedRun[]): RunAction[] {
  const actions = new Map<string, RunAction>();
  for (const state of changes) {
    for (const [attribute, action] of ORDERS) {
      const order: OperatorAction | undefined = state[attribute];
      if (order) actions.set(`${action} ${order.key}`, { action, ...order });
    }
  }
  return [...actions.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
}
