import { hidesByLease } from "../../contract/lease.ts";
import type { WorkSpec } from "../../contract/work.ts";
import type { Assumptions } from "../assumptions.ts";
import type { Operation } from "./operation.ts";
import { EMITTED, EMITTED_ENTRY, functionOf, several, withEmitted } from "./step.ts";

/** A reaction has handled an event: its claim names the event, and is audited later. */
export function handled(spec: WorkSpec, emitted: number, given: Assumptions): Operation {
  return {
    messages: { standard: 1 },
    hides: { standard: hidesByLease(spec) ? 1 : 0 },
    functions: [functionOf(spec, given, 945)],
    reads: 2,
    changes: [
      { item: { bytes: 715 }, relayed: { entries: [{ bytes: 755 }], correlated: true } },
      {
        item: withEmitted({ bytes: 800 }, emitted),
        indexes: 1,
        kept: true,
        relayed: {
          entries: [{ bytes: 880 }, ...several(EMITTED_ENTRY, emitted)],
          events: [{ bytes: 560 }, ...several(EMITTED, emitted)],
        },
      },
    ],
  };
}
