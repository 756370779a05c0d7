import type { RecordedResult } from "../../../lambdas/runtime/ports/claims.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { BEGAN } from "../work/work-harness.ts";

/** ISO time. */
export const after = (seconds: number) => new Date(BEGAN + 1_000 * seconds).toISOString();

/** Three steps of a group that one delivery has run, the third after a pause. */
export function recordedBy(owner: string, run: string): [RecordedResult, RecordedResult, RecordedResult] {
  const result = (at: number, path: string, startedAt: number, endedAt: number): RecordedResult => ({
    request: {
      key: claimKey(run, 1, path),
      owner,
      lease: BEGAN * 2,
      fence: 1,
      takeover: true,
      about: {
        run,
        epoch: 1,
        workflow: "w",
        step: `${path}-it`,
        path,
        direction: "do",
        attempt: 1,
        correlation: "c",
        cause: "e",
        hops: 0,
        position: at,
      },
    },
    startedAt: after(startedAt),
    endedAt: after(endedAt),
    end: { state: "done", result: { at } },
  });
  return [result(0, "pack", 0, 1), result(1, "weigh", 1, 2), result(2, "send", 4, 5)];
}
