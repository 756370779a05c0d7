import type { Random } from "../kernel/random.ts";
import type { Service } from "../kernel/service.ts";
import type { Faults } from "./faults.ts";

const STATUS_CHANGE = "Step Functions Execution Status Change";

/** EventBridge, to which some services send events at best effort: some do not arrive. */
export function unannouncedEvents(events: Service, { unannounced = 0 }: Faults, random: Random): Service {
  if (unannounced === 0) return events;
  const { PutEvents: put } = events.operations;
  return {
    ...events,
    operations: {
      ...events.operations,
      PutEvents(input, context) {
        const isStatus =
          input.Entries?.[0]?.DetailType === STATUS_CHANGE && input.Entries[0].Source === "aws.states";
        if (!isStatus || random.fraction() >= unannounced) return put!(input, context);
        return { FailedEntryCount: 0, Entries: [{ EventId: random.uuid() }] };
      },
    },
  };
}
