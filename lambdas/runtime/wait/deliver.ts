import { derivedEventId } from "../../../lib/contract/event-id.ts";
import { CHILD_FAILED } from "../../../lib/contract/failure.ts";
import { executionName } from "../../../lib/contract/runs/execution-name.ts";
import type { RunItem, WaiterItem } from "../../../lib/contract/table.ts";
import { offload } from "../payload/offload.ts";
import { hasEnded } from "../runs/transitions.ts";
import { copyValue } from "./copy-value.ts";
import type { Match } from "./match.ts";
import type { WaitPorts } from "./ports.ts";
import { delivered, lose } from "./transitions.ts";

/** `kept`: there is no answer yet. `changed`: another writer has changed the waiter; read again. */
export type Delivery = "delivered" | "kept" | "lost" | "changed";

/**
 * Sends a waiter its event. Whether the answer arrived is certain even if an earlier delivery crashed after
 * sending it: the execution's history says how the state was left.
 */
export async function deliver({ waiter, event }: Match, ports: WaitPorts): Promise<Delivery> {
  const { run, path } = waiter;
  const given = await give({ waiter, event }, ports);
  if (given === "kept") return "kept";
  const arrived = given === "delivered" || (await wasAnswered(waiter, ports));
  const written = arrived
    ? await ports.waits.put(waiter, delivered(waiter))
    : await ports.waits.giveBack(waiter, lose(waiter));
  if (!written) return "changed";
  ports.log.info(`${event.event} ${arrived ? "reached" : "came too late for"} ${path}.`, {
    run,
    path,
    awaited: event.id,
  });
  ports.metrics.count(arrived ? "WaitsAnswered" : "EventsLate");
  return arrived ? "delivered" : "lost";
}

async function give(match: Match, ports: WaitPorts): Promise<"delivered" | "gone" | "kept"> {
  const { waiter, event } = match;
  switch (waiter.purpose) {
    case "event":
      return await ports.executions.succeed(waiter.token!, JSON.stringify(await asPayload(match, ports)));
    case "signalled":
      return await ports.executions.succeed(waiter.token!, JSON.stringify(event.payload ?? null));
    case "child":
      return await giveEnd(waiter, ports);
    case "cancel-on":
      return await cancel(match, ports);
  }
}

/** An event's payload comes from outside: something in it that looks like a reference is payload too. */
async function asPayload({ waiter, event }: Match, { artifacts }: WaitPorts): Promise<unknown> {
  const { workflow, run, path } = waiter;
  const unlimited = { above: Number.POSITIVE_INFINITY, most: Number.POSITIVE_INFINITY, literal: true };
  const options = { what: `The event for ${path}`, reads: [], ...unlimited };
  return await offload(event.payload ?? null, options, artifacts(workflow, run));
}

/** A child's end is read from its run: the event only says that it ended. */
async function giveEnd(waiter: WaiterItem, ports: WaitPorts) {
  const { key: child, token } = waiter;
  const { runs, executions } = ports;
  if (token === undefined) return "delivered";
  const run = await runs.read(child);
  // It was retried: the next end answers.
  if (!run || !hasEnded(run)) return "kept";
  if (run.status !== "succeeded")
    return await executions.fail(token, CHILD_FAILED, JSON.stringify(causeOf(run)));
  const { workflow, path, reads = [], resultLimit } = waiter;
  const output = await copyValue(
    { what: `The output of ${path}`, value: run.output, reads, limit: resultLimit },
    { from: run, to: { workflow, run: waiter.run } },
    ports,
  );
  if (output.kind === "handed") return await executions.succeed(token, JSON.stringify(output.value ?? null));
  const cause = { ...output.failure, run: child, workflow: run.workflow };
  return await executions.fail(token, CHILD_FAILED, JSON.stringify(cause));
}

/** A cause has at most 32 KiB, and quoting makes it longer. */
const LONGEST_QUOTE = 4_000;

function causeOf({ run, workflow, status, failure }: RunItem) {
  return {
    name: CHILD_FAILED,
    message: `Run ${run} of ${workflow} ${status}.`,
    run,
    workflow,
    status,
    failure: failure && { error: failure.error, cause: failure.cause.slice(0, LONGEST_QUOTE) },
  };
}

async function cancel({ waiter, event }: Match, { runs, terminator }: WaitPorts) {
  const run = await runs.read(waiter.run);
  const key = derivedEventId(waiter.run, waiter.epoch, event.id);
  if (run?.terminated?.key === key) return "delivered";
  if (!run || run.epoch !== waiter.epoch || hasEnded(run)) return "gone";
  await terminator.terminate({
    action: "terminate",
    target: { run: waiter.run },
    epoch: waiter.epoch,
    by: "cancelOn",
    why: `${event.event} ${event.id}`,
    key,
  });
  return "delivered";
}

/** A token for which no state waits: was it answered before, or was the state left without an answer? */
async function wasAnswered({ workflow, run, epoch, token }: WaiterItem, { history }: WaitPorts) {
  return token !== undefined && (await history.answered(workflow, executionName(run, epoch), token));
}
