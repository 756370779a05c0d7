import { itemTimes } from "../../../lib/contract/expiry.ts";
import { fenceOf } from "../../../lib/contract/fence.ts";
import { shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import { meetingKey, waiterKey } from "../../../lib/contract/keys/wait.ts";
import type {
  CallChild,
  CancelOn,
  WaitForEvent,
  WaitForSignal,
} from "../../../lib/contract/messages/wait-message.ts";
import type { WaiterItem } from "../../../lib/contract/table.ts";
import { endKey, signalKey } from "./wait-keys.ts";

/** The payload of the event of this name and key is the answer. */
export function eventWaiter(message: WaitForEvent, now: number): WaiterItem {
  const { event, key, taskToken: token, path, run } = message;
  const fence = fenceOf(message);
  return waiter(message, now, { event, key, purpose: "event", path, fence, token, consumer: run.id });
}

/** The value of a signal is the answer. A signal is for all who wait for it. */
export function signalWaiter(message: WaitForSignal, now: number): WaiterItem {
  const { run, of, path, taskToken: token } = message;
  const consumer = `${run.id}#${path}`;
  const fence = fenceOf(message);
  return waiter(message, now, { ...signalKey(run, of), purpose: "signalled", path, fence, token, consumer });
}

/** Requests a run, and its end is the answer. */
export function childWaiter(message: CallChild, child: string, now: number): WaiterItem {
  const { run, path, workflow, event, version, payload, reads, resultLimit } = message;
  const { taskToken: token } = message;
  const parent = { run: run.id, epoch: run.epoch, path };
  const call = { workflow, run: child, event, version, payload, parent, by: run.id };
  const fence = fenceOf(message);
  const about = { purpose: "child", path, fence, token, consumer: run.id, call, reads } as const;
  return waiter(message, now, {
    ...endKey(child),
    ...about,
    ...(resultLimit !== undefined && { resultLimit }),
  });
}

/** The event ends the run. An event that has ended one epoch does not end the next. */
export function cancelWaiter(message: CancelOn, now: number): WaiterItem {
  const { event, key, run } = message;
  const path = `cancel-on#${run.epoch}`;
  return waiter(message, now, { event, key, purpose: "cancel-on", path, fence: 0, consumer: run.id });
}

/** The longest life of an execution, and some days: a waiter must not expire before. */
const KEPT_DAYS = 370;

type About = Pick<
  WaiterItem,
  "event" | "key" | "purpose" | "path" | "fence" | "token" | "consumer" | "call" | "reads" | "resultLimit"
>;

function waiter({ run }: Pick<CancelOn, "run">, now: number, about: About): WaiterItem {
  return {
    ...waiterKey(meetingKey(about.event, about.key), run.id, about.path),
    kind: "waiter",
    state: "waiting",
    ...about,
    run: run.id,
    epoch: run.epoch,
    workflow: run.workflow,
    correlation: run.correlation,
    cause: run.event,
    hops: run.hops,
    traceparent: run.traceparent,
    unpublished: about.call && shardOf("unpublished", run.id),
    revision: 1,
    ...itemTimes(now, KEPT_DAYS),
  };
}
