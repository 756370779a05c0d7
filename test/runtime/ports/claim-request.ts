import type { ClaimRequest } from "../../../lambdas/runtime/ports/claims.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";

interface Wanted extends Partial<Omit<ClaimRequest, "lease" | "about">> {
  /** Epoch milliseconds. */
  lease: number;
  about?: Partial<ClaimRequest["about"]>;
}

/** What a delivery asks for before the first attempt of the step at `path`; `wanted` replaces parts of it. */
export function claimRequest(run: string, path: string, { about, ...wanted }: Wanted): ClaimRequest {
  const whole: ClaimRequest["about"] = {
    run,
    epoch: 1,
    workflow: "w",
    step: path,
    path,
    direction: "do",
    attempt: 1,
    correlation: "c",
    cause: "e",
    hops: 0,
    ...about,
  };
  const key = claimKey(run, whole.epoch, path, whole.direction);
  return { key, owner: "o", fence: 1, takeover: true, ...wanted, about: whole };
}
