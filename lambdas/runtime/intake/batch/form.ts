import type { RunItem } from "../../../../lib/contract/table.ts";
import type { IntakePorts } from "../intake-ports.ts";
import type { IntakeSpec } from "../intake-spec.ts";
import { type Collected, describeBatch } from "./describe-batch.ts";
import { planBatch } from "./plan.ts";
import type { Batches } from "./ports.ts";

export interface FormPorts
  extends Pick<IntakePorts, "runs" | "artifacts" | "reminders" | "now" | "log" | "metrics"> {
  batches: Batches;
}

/** Starts an accepted run, or leaves it where it waits. */
export type Begin = (run: RunItem) => Promise<"begun" | "throttled">;

/**
 * Starts the batches of a key that are full or due, and has the key checked when the next is due.
 *
 *     line ──▶ its first events, none of them in a run ──▶ run and events, in one transaction ──▶ start ──▶ out of the line
 *
 * An event leaves the line after its run has begun. So after a crash anywhere, the next look finds what is left to do.
 * `current` is asked only if events wait: without any, no setting matters.
 */
export async function formBatches(
  key: string,
  current: () => Promise<IntakeSpec>,
  begin: Begin,
  ports: FormPorts,
): Promise<"looked" | "throttled"> {
  const { batches } = ports;
  for (;;) {
    const { entries, lookAt } = await batches.line(key);
    if (entries.length === 0) return "looked";
    const spec = await current();
    const plan = planBatch(entries, spec.batch!, ports.now());
    if (!plan) return "looked";
    if ("due" in plan) {
      // Sent before it is noted: after a crash in between it is sent twice, and never not at all.
      if (plan.due !== lookAt) {
        await ports.reminders.lookAgain(key, plan.due);
        await batches.reminded(key, plan.due);
      }
      return "looked";
    }
    const events = await batches.events(plan.form);
    const taken = plan.form.filter((_, at) => events[at]?.run !== undefined || !events[at]);
    if (taken.length === 0) {
      const run = await describeBatch(events as unknown as Collected, spec, ports.artifacts, ports.now());
      const formed = await batches.form(run, events as unknown as Collected);
      // Who has taken them reads the line after that, and so sees all that this delivery saw.
      if (formed === "taken") return "looked";
      if (formed === "conflict") continue;
      ports.log.info("A batch is full or due; its run is accepted.", { run: run.run, events: events.length });
      ports.metrics.count("BatchesFormed");
      if ((await begin(run)) === "throttled") return "throttled";
      await batches.leave(key, plan.form);
      continue;
    }
    const runs = new Set(events.flatMap((event) => event?.run ?? []));
    for (const run of runs) if ((await beginOnce(run, begin, ports)) === "throttled") return "throttled";
    await batches.leave(key, taken);
  }
}

/** Starts the run of a batch that another delivery has formed, unless that has started it. */
async function beginOnce(run: string, begin: Begin, ports: FormPorts): Promise<"begun" | "throttled"> {
  const item = await ports.runs.read(run);
  return item?.status === "accepted" ? await begin(item) : "begun";
}
