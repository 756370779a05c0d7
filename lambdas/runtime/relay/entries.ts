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
  const { run, epoch, path, at, of, revision } = place;
  const itemState = stateOf?.(before, after);
  const expiresAt = expiryAfter(Date.parse(at), retentionDays);
  return events.map(({ event }) => {
    const { id, name, source, correlation, causation } = event;
    const state = source === MILLRACE_SOURCE ? itemState : undefined;
    const { pk, sk } = logKey(run, at, of, revision, id);
    // Names each field: an object with several spreads takes much longer to make, and more memory.
    return {
      pk,
      sk,
      kind: "log",
      run,
      epoch,
      path,
      of,
      revision,
      at,
      id,
      name,
      source,
      correlation,
      causation,
      state,
      data: dataOf(event, state),
      changedAt: at,
      expiresAt,
    };
  });
}

/** The fields of every entry. */
const OF_THE_ENTRY = new Set(["run", "handling", "workflow", "epoch", "path", "revision"]);

function dataOf({ source, data }: Envelope, state: LoggedState | undefined): LogItem["data"] {
  const small = logValue(source === MILLRACE_SOURCE ? unsaid(data, state) : data);
  return "bytes" in small ? small : (small.value as LogItem["data"]);
}

/** Fields that neither the entry nor its state has. */
function unsaid(data: Envelope["data"], state: LoggedState | undefined): Envelope["data"] {
  const more: Envelope["data"] = {};
  for (const name in data)
    if (!OF_THE_ENTRY.has(name) && !(state !== undefined && name in state)) more[name] = data[name];
  return more;
}
