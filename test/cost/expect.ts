import { expect } from "vitest";
import { type Assumptions, DEFAULTS } from "../../lib/cost/assumptions.ts";
import type { Extent } from "../../lib/cost/attempt.ts";
import { refuseUnknown } from "../../lib/cost/refuse.ts";
import { type Beginning, runCost } from "../../lib/cost/run-cost.ts";
import type { Units } from "../../lib/cost/units.ts";
import type { Workflow } from "../../lib/index.ts";

/** How far the computed units may be from the counted ones, as a share of these. */
type Tolerance = Record<Exclude<keyof Units, "lambdaGigabyteSeconds">, number>;

/**
 * What depends on how things meet in time (batches of the relay) and on the lengths of names has some; functions take no
 * time here, so that their duration is not compared.
 */
const TOLERANCE: Tolerance = {
  stateTransitions: 0,
  customEvents: 0,
  sqsRequests: 0,
  sqsFairRequests: 0,
  s3Writes: 0,
  s3Reads: 0,
  dynamodbWriteUnits: 0.05,
  dynamodbReadUnits: 0.05,
  lambdaRequests: 0.05,
  functionLogBytes: 0.1,
  stateLogBytes: 0.15,
  archivedBytes: 0.1,
  keptBytes: 0.15,
};

/** Values of few words, and code that takes no time. */
export const SMALL: Assumptions = {
  ...DEFAULTS,
  payloadBytes: 60,
  resultBytes: 30,
  millis: { otherwise: 0, named: {} },
};

/** The units of a run. Throws where something is assumed of what the workflow does not have. */
export function computedFor(
  workflow: Workflow,
  given: Assumptions,
  extent: Extent = "typical",
  begun?: Beginning,
): Units {
  refuseUnknown([workflow], [], given);
  return runCost(workflow, given, extent, { beginning: begun }).units;
}

/** One or two units are nothing, however few there are: the reconciler notes how far it came, the relay looks whether it is watched. */
const NOTHING_MUCH: Partial<Units> = { dynamodbWriteUnits: 2, dynamodbReadUnits: 2 };

/** Holds computed units against counted ones; `more` says where they may be further apart. */
export function expectCounted(computed: Units, counted: Units, more: Partial<Tolerance> = {}): void {
  for (const [unit, tolerance] of Object.entries({ ...TOLERANCE, ...more }) as [keyof Units, number][]) {
    const apart = Math.abs(computed[unit] - counted[unit]);
    const allowed = Math.max(counted[unit] * tolerance, NOTHING_MUCH[unit] ?? 0);
    const said = `${unit}: computed ${computed[unit]}, counted ${counted[unit]}`;
    expect.soft(apart, said).toBeLessThanOrEqual(allowed);
  }
}
