import { payloadDigest } from "../../../../lib/contract/canonical.ts";
import type { Envelope } from "../../../../lib/contract/envelope.ts";
import { derivedEventId } from "../../../../lib/contract/event-id.ts";
import { MILLRACE_SOURCE } from "../../../../lib/contract/reserved.ts";
import { runId } from "../../../../lib/contract/runs/run-id.ts";
import type { CollectedEventItem, RunItem } from "../../../../lib/contract/table.ts";
import { arrivedEvent } from "../../ledger/receipt.ts";
import type { Artifacts } from "../../ports/files.ts";
import { limitOf, newRun, ofBatch } from "../describe-run.ts";
import { fitInput, wholeInput } from "../fit.ts";
import type { IntakeSpec } from "../intake-spec.ts";

/** Events of a key, at least one. */
export type Collected = readonly [CollectedEventItem, ...CollectedEventItem[]];

/** The run of a batch: the same for the same events, but for the time it was accepted. */
export async function describeBatch(
  collected: Collected,
  spec: IntakeSpec,
  artifacts: (workflow: string, run: string) => Artifacts,
  now: number,
): Promise<RunItem> {
  const events = collected.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1)) as unknown as Collected;
  const { workflow } = spec;
  const { key } = events[0];
  const ids = events.map((event) => event.collected).toSorted();
  const id = runId(workflow, "batch", ids.join("\n"));
  const payloads = await Promise.all(
    events.map(async (event) =>
      fitting(await wholeInput(JSON.parse(event.input), artifacts(workflow, event.collected))),
    ),
  );
  const read = fitting(await fitInput(ofBatch(key, payloads), spec.reads, artifacts(workflow, id)));
  const event = eventOf(id, events);
  const described = { id, event, payload: payloadDigest(ids), read, key };
  return newRun(
    {
      ...described,
      limit: limitOf(spec, key),
      priority: undefined,
      parent: undefined,
      events: events.map((one) => arrivedEvent(one.event)),
    },
    spec,
    now,
  );
}

function orderOf({ event, collected }: CollectedEventItem): string {
  return `${event.time}#${event.id}#${collected}`;
}

/** Each event was checked when it came, and the bytes of a batch are limited: that it does not fit is a defect. */
function fitting(input: Awaited<ReturnType<typeof fitInput>>): Record<string, unknown> {
  if (input.fits) return input.payload;
  throw new Error(`A batch does not fit into the input of an execution: ${input.failure.message}`);
}

/** The event of a batch's run. It has the correlation of the events, if they have one in common. */
function eventOf(run: string, [first, ...others]: Collected): Omit<Envelope, "data"> {
  const { name, version, time, correlation, traceparent } = first.event;
  const id = derivedEventId("batch", run);
  const common = others.every(({ event }) => event.correlation === correlation);
  return {
    id,
    name,
    version,
    time,
    traceparent,
    subject: first.key,
    source: MILLRACE_SOURCE,
    correlation: common ? correlation : id,
    hops: Math.max(...[first, ...others].map(({ event }) => event.hops)),
  };
}
