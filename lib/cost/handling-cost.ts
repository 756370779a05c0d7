import type { ReactionSpec } from "../contract/reaction.ts";
import type { Assumptions } from "./assumptions.ts";
import { asked, type Extent, emittedBy, plainTry, reachedBy } from "./attempt.ts";
import { audited } from "./operations/audit.ts";
import { OUTSIDE_EVENT, WATCHED } from "./operations/outside-event.ts";
import { handled } from "./operations/reaction.ts";
import { several } from "./operations/step.ts";
import { unitsOf } from "./operations/units-of.ts";
import type { RunCost } from "./run-cost.ts";

/** The units of one event that a reaction handles; the plain alternative is a function that reads a queue. */
export function handlingCost(
  reaction: ReactionSpec,
  given: Assumptions,
  extent: Extent,
  inside: ReadonlySet<string> = new Set(),
): RunCost {
  const emitted = emittedBy(reaction, given, extent);
  const outside = reaction.on.every(({ name }) => inside.has(name)) ? [] : [OUTSIDE_EVENT];
  const watched = reaction.delivery.ledger === "none" ? [] : [WATCHED];
  const done = [handled(reaction, emitted, given), audited(1, given), ...reachedBy(reaction, given, "none")];
  const plain = [...outside, ...several(OUTSIDE_EVENT, emitted), { messages: { standard: 1 } }];
  const { modelCalls, modelDollars } = asked(reaction, 1, given);
  return {
    units: unitsOf([...outside, ...watched, ...done], given),
    plain: plainTry(reaction, given, plain),
    models: { calls: modelCalls, dollars: modelDollars },
    states: [],
  };
}
