import { isDeepStrictEqual } from "node:util";
import { shardOf, shardsOf } from "../../../../lib/contract/keys/index-partitions.ts";
import { runKey } from "../../../../lib/contract/keys/run.ts";
import { AGAIN, optimistically } from "../../../../lib/contract/optimistic.ts";
import { isRecognised, PUBLISHED_CHANGES } from "../../../../lib/contract/published-changes.ts";
import { dueAt, dueWhile, firstCheck } from "../../../../lib/contract/runs/first-check.ts";
import { indexesOf } from "../../../../lib/contract/runs/run-indexes.ts";
import { OPEN_STATUSES, type RunItem, TABLE } from "../../../../lib/contract/table.ts";
import { untilOf } from "../../completion/deadline.ts";
import type { Now } from "../../ports/clock.ts";
import type { Runs } from "../../ports/runs.ts";
import { loggedOfRun } from "../../relay/log-only-events.ts";
import { eventsOfRun } from "../../relay/run-events.ts";
import { afterHandOver } from "../../runs/transitions.ts";
import { changeWith } from "../table/change-with.ts";
import { firstEntries } from "../table/read-index.ts";
import { readItem } from "../table/read-items.ts";
import { change, changeAndRead, putNew, type Table, touch } from "../table/table.ts";
import { tableRunEnds } from "./run-ends.ts";

const [accepted, running, closing, compensating] = OPEN_STATUSES;

/** Each change of a run removes it. */
const { later } = PUBLISHED_CHANGES;

/** Each attempt of a change reads the run again; concurrent changes are rare. */
const MOST_TRIES = 20;

/** Runs in the table. */
export function tableRuns(table: Table, now: Now = Date.now): Runs {
  const time = () => new Date(now()).toISOString();
  const read = (run: string) => readItem<RunItem>(table, runKey(run));
  /** The position of a run that starts among those that are due. */
  const whileRunning = (run: Parameters<typeof dueWhile>[0]) => {
    const due = dueWhile(run, now());
    return { set: { ...due }, remove: [later, "held", ...(due ? [] : ["due", "dueAt"])] };
  };
  return {
    async accept(run) {
      const existing = await putNew(table, startsAtOnce(run) ? { ...run, [later]: 0 as const } : run);
      return existing ? { accepted: false, existing } : { accepted: true };
    },

    read,

    async hold({ run, epoch, workflow, acceptedAt }) {
      await change(table, runKey(run), {
        set: { held: "paused", due: shardOf(`held#${workflow}`, run), dueAt: acceptedAt, changedAt: time() },
        remove: [later],
        // A run with an undo in progress is due itself, and cannot be in the index of held runs.
        condition: [
          "#status = :accepted AND #epoch = :epoch AND attribute_not_exists(#held)",
          "(attribute_not_exists(#compensation) OR #compensation.#open = :over)",
        ].join(" AND "),
        values: { accepted, epoch, over: false },
      });
    },

    async started({ run, epoch, acceptedAt, deadline, version }, execution, leavesNothing = false) {
      const until = untilOf({ deadline }, now());
      const { set, remove } = whileRunning({ run, acceptedAt, status: running, until });
      const noted = await changeAndRead(table, runKey(run), {
        set: {
          ...set,
          status: running,
          execution,
          version,
          until,
          changedAt: time(),
          leavesNothing: leavesNothing || undefined,
        },
        remove,
        condition: "#status = :accepted AND #epoch = :epoch",
        values: { accepted, epoch },
      });
      const item = "changed" in noted ? noted.changed : noted.refusedBy;
      return item as RunItem | undefined;
    },

    async startedExpress({ run, epoch, acceptedAt }, express) {
      const { set, remove } = whileRunning({ run, acceptedAt, status: running, express });
      await change(table, runKey(run), {
        set: { ...set, status: running, express, changedAt: time() },
        remove,
        condition: "#status = :accepted AND #epoch = :epoch",
        values: { accepted, epoch },
      });
    },

    async handedOver(seen, execution, why) {
      const { run, epoch } = seen;
      const handedOver = afterHandOver(seen, why);
      const noted = await changeAndRead(table, runKey(run), {
        set: {
          status: running,
          execution,
          version: seen.version,
          changedAt: time(),
          ...dueAt(run, firstCheck(handedOver, now())),
          express: handedOver.express,
        },
        remove: [later, "held"],
        condition:
          "#epoch = :epoch AND #status IN (:accepted, :running) AND attribute_not_exists(#execution)",
        values: { epoch, accepted, running },
      });
      const item = "changed" in noted ? noted.changed : noted.refusedBy;
      return item as RunItem | undefined;
    },

    async change(run, transition, { seen, command } = {}) {
      const gaveUp = `Run ${run} changed during each of ${MOST_TRIES} attempts to update it. Try again.`;
      let known = seen;
      return await optimistically(
        async () => {
          const before = known ?? (await read(run));
          known = undefined;
          const becomes = before && transition(before);
          if (!before || !becomes || becomes === before) return before;
          const after = { ...becomes, ...indexesOf(becomes), [later]: undefined };
          const changes = {
            ...differences(before, after, time()),
            condition: "#revision = :seen",
            values: { seen: before.revision },
          };
          const changed = command
            ? await changeWith(table, before, changes, command(after))
            : await changeAndRead(table, runKey(run), changes);
          if ("changed" in changed) return changed.changed as RunItem;
          return AGAIN;
        },
        { most: MOST_TRIES, gaveUp },
      );
    },

    ...tableRunEnds(table, now),

    async due(until, limit) {
      return await firstEntries<Pick<RunItem, "run">>(table, TABLE.indexes.due, shardsOf("due"), {
        until,
        limit,
      });
    },

    async watch(run, check) {
      await touch(table, runKey(run), {
        set: dueAt(run, check),
        remove: [later],
        condition: "#status IN (:accepted, :running, :closing, :compensating) AND attribute_not_exists(#due)",
        values: { accepted, running, closing, compensating },
      });
    },

    async postpone(run, until, keptUntil) {
      // If it is refused, the run has ended meanwhile.
      await touch(table, runKey(run), {
        set: { [TABLE.indexes.due.sortKey]: until, [TABLE.expiresAt]: keptUntil },
        condition: `#${TABLE.indexes.due.partitionKey} = :due`,
        values: { due: shardOf("due", run) },
      });
    },
  };
}

/** Whether an accepted run does not wait for others: its acceptance is published with its start. */
function startsAtOnce({ status, key, limit }: RunItem): boolean {
  return status === accepted && key === undefined && limit === undefined;
}

/**
 * What a change writes and removes. It is marked for the relay if the stream's filter would not pass it
 * otherwise.
 */
function differences(before: RunItem, after: RunItem, changedAt: string) {
  const attributes = Object.keys({ ...before, ...after }) as (keyof RunItem)[];
  const differing = attributes.filter((name) => !isDeepStrictEqual(before[name], after[name]));
  const becomes = { ...after, changedAt, revision: before.revision + 1 };
  const isReported = eventsOfRun(before, becomes).length > 0 || loggedOfRun(before, becomes).length > 0;
  const marked = isReported && !isRecognised(before, after);
  return {
    set: {
      ...Object.fromEntries(differing.map((name) => [name, after[name]])),
      changedAt,
      ...(marked && { unpublished: shardOf("unpublished", before.run) }),
    },
    remove: differing.filter((name) => after[name] === undefined),
  };
}
