import type { Envelope } from "../../../lib/contract/envelope.ts";
import { expiryAfter } from "../../../lib/contract/expiry.ts";
import { logKey } from "../../../lib/contract/keys/log.ts";
import type { LoggedState } from "../../../lib/contract/log/logged-state.ts";
import { MILLRACE_SOURCE } from "../../../lib/contract/reserved.ts";
import type { LogItem } from "../../../lib/contract/table.ts";
import type { ChangeWithEvents } from "./change-events.ts";
import { kindOf } from "./kinds.ts";
import { logValue } from "./log-value.ts";

/**
 * The entries of a change for the log of a run or reaction run: the same for the same change. None if it
 * belongs to no run.
 */
export function entriesOf({ before, after, events }: ChangeWithEvents, retentionDays: number): LogItem[] {
  const { place: placeOf, state: stateOf } = kindOf(after);
  const place = placeOf?.(after);
  if (!place) return [];
  const { run, at, of, revision } = place;
  const itemState = stateOf?.(before, after);
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

/** The fields of every entry. */
const OF_THE_ENTRY = new Set(["run", "handling", "workflow", "epoch", "path", "revision"]);

function dataOf({ source, data }: Envelope, state: LoggedState | undefined): LogItem["data"] {
  const said = ([name]: [string, unknown]) =>
    OF_THE_ENTRY.has(name) || (state !== undefined && name in state);
  const more = Object.entries(data).filter((part) => source !== MILLRACE_SOURCE || !said(part));
  const small = logValue(Object.fromEntries(more));
  return "bytes" in small ? small : (small.value as LogItem["data"]);
}
