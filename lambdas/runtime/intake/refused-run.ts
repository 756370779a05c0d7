import type { Envelope } from "../../../lib/contract/envelope.ts";
import { REFUSED } from "../../../lib/contract/failure.ts";
import { indexesOf } from "../../../lib/contract/runs/run-indexes.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { describeFindings, type Finding } from "../events/validation.ts";
import { type Called, describeRun } from "./describe-run.ts";
import type { IntakeSpec } from "./intake-spec.ts";

/**
 * A run that was requested by its id and may not begin: it fails at once, so that a workflow that called it
 * continues, and the operator finds it by the id.
 */
export function refusedRun(
  envelope: Envelope,
  findings: Finding[],
  spec: IntakeSpec,
  now: number,
  called: Called & { run: string },
): RunItem {
  const { data } = envelope;
  // The contract would only give the id, which is known, and a slot for its key, which the run does not get.
  const contract = { ...spec.on[0]!, key: undefined, identity: undefined };
  const asked = { accepted: true, contract, data, sent: data } as const;
  const run = describeRun(
    called.run,
    envelope,
    asked,
    {},
    { ...spec, perKey: undefined, sharedLimit: undefined },
    now,
    called,
  );
  const refused: RunItem = {
    ...run,
    status: "failed",
    endedAt: run.acceptedAt,
    failure: { error: REFUSED, cause: describeFindings(findings) },
  };
  return { ...refused, ...indexesOf(refused) };
}
