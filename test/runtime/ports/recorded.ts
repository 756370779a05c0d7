import type { RecordedResult } from "../../../lambdas/runtime/ports/claims.ts";
import { BEGAN } from "../work/work-harness.ts";
import { claimRequest } from "./claim-request.ts";

/** ISO time. */
export const after = (seconds: number) => new Date(BEGAN + 1_000 * seconds).toISOString();

/** Three steps of a group that one delivery has run, the third after a pause. */
export function recordedBy(owner: string, run: string): [RecordedResult, RecordedResult, RecordedResult] {
  const result = (at: number, path: string, startedAt: number, endedAt: number): RecordedResult => ({
    request: claimRequest(run, path, {
      owner,
      lease: BEGAN * 2,
      about: { step: `${path}-it`, position: at },
    }),
    startedAt: after(startedAt),
    endedAt: after(endedAt),
    end: { state: "done", result: { at } },
  });
  return [result(0, "pack", 0, 1), result(1, "weigh", 1, 2), result(2, "send", 4, 5)];
}
