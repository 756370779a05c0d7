import { payloadOf } from "../../../lib/contract/runs/run-input.ts";
import type { MakeCheck } from "./check.ts";

/** Each event of a batch is in exactly one run, with others of its key. */
export const batches: MakeCheck = (seen, violate) => ({
  atEnd() {
    const items = seen.items();
    const runs = items.filter(({ kind, workflow }) => kind === "run" && workflow === "index-pages");
    const runsOf = new Map<string, string[]>();
    for (const run of runs) {
      const { key, events } = JSON.parse(payloadOf(run));
      if (events.length > 3 || events.length !== run.events.length)
        violate("batches", "a batch is larger than allowed", `${run.run}: ${events.length} events`);
      for (const page of events) {
        runsOf.set(page.id, [...(runsOf.get(page.id) ?? []), run.run]);
        if (page.key !== key)
          violate("batches", "an event is in the batch of another key", `${run.run}: ${page.id}`);
      }
    }
    for (const [id, [one, ...others]] of runsOf)
      if (others.length > 0)
        violate("batches", "an event is in several runs", `${id}: ${one}, ${others.join()}`);
    for (const { collected, event, run } of items.filter(({ kind }) => kind === "collected-event")) {
      if (run === undefined) violate("batches", "a collected event never starts a run", collected);
      else if (!runs.some((one) => one.run === run && one.events.some(({ id }: any) => id === event.id)))
        violate("batches", "an event is not in the run that it belongs to", `${collected} and ${run}`);
    }
    for (const { collected } of items.filter(({ kind }) => kind === "batch-entry"))
      violate("batches", "an event waits in the line of its batch for ever", collected);
  },
});
