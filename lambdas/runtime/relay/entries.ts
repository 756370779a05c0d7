import type { Envelope } from "../../../lib/contract/envelope.ts";
import { expiryAfter } from "../../../lib/contract/expiry.ts";
import { logKey } from "../../../lib/contract/keys/log.ts";
import type { LoggedState } from "../../../lib/contract/log/logged-state.ts";
import { MILLRACE_SOURCE } from "../../../lib/contract/reserved.ts";
import type { LogItem, TableItem } from "../../../lib/contract/table.ts";
import type { ChangeWithEvents } from "./change-events.ts";
import { logValue } from "./log-value.ts";
import { loggedStateOf } from "./logged-state.ts";

/**
 * The entries of a change for the log of a run or reaction run: the same for the same change. None if it
 * belongs to no run.
 */
export function entriesOf({ before, after, events }: ChangeWithEvents, retentionDays: number): LogItem[] {
  const place = placeOf(after);
  if (!place) return [];
  const { run, at, of, revision } = place;
  const itemState = loggedStateOf(before, after);
  return events.map(({ event }) => {
    const { id, name, source, correlation, causation } = event;
    const state = source === MILLRACE_SOURCE ? itemState : undefined;
    return {
      ...logKey(run, at, of, revision, id),
      kind: "log",
      ...place,
      id,
      name,
      source,
      correlation,
      causation,
      state,
      data: dataOf(event, state),
      changedAt: at,
      expiresAt: expiryAfter(Date.parse(at), retentionDays),
    };
  });
}

/** The run of a change, what changed and when; undefined if it belongs to no run. */
function placeOf(
  item: TableItem,
): Pick<LogItem, "run" | "epoch" | "path" | "of" | "revision" | "at"> | undefined {
  const { pk, sk: of, revision, changedAt: at } = item;
  switch (item.kind) {
    case "run":
      return { run: item.run, epoch: item.epoch, of, revision, at };
    case "claim":
    case "approval":
    case "race":
      return { run: item.run, epoch: item.epoch, path: item.path, of, revision, at };
    case "deferred":
      // Each deferral is an item of its own, which replaces the previous one.
      return {
        run: item.run,
        epoch: item.epoch,
        path: item.path,
        of,
        revision: Date.parse(item.deferredAt),
        at: item.deferredAt,
      };
    case "waiter":
      return { run: item.run, epoch: item.epoch, path: item.path, of: `${pk}#${of}`, revision, at };
    case "dead-letter":
      return item.run === undefined
        ? undefined
        : { run: item.run, epoch: item.epoch ?? 1, path: item.path, of: pk, revision, at };
    case "command":
      return item.request && { run: item.request.run, epoch: 1, of: pk, revision, at };
    default:
      return undefined;
  }
}

/** The fields of every entry. */
const OF_THE_ENTRY = new Set(["run", "handling", "workflow", "epoch", "path", "revision"]);

function dataOf({ source, data }: Envelope, state: LoggedState | undefined): LogItem["data"] {
  const said = ([name]: [string, unknown]) =>
    OF_THE_ENTRY.has(name) || (state !== undefined && name in state);
  const more = Object.entries(data).filter((part) => source !== MILLRACE_SOURCE || !said(part));
  const small = logValue(Object.fromEntries(more));
  return "bytes" in small ? small : (small.value as LogItem["data"]);
}
