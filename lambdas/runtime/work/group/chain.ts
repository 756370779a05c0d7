import { keyText } from "../../../../lib/contract/keys.ts";
import type { ClaimRequest } from "../../ports/claims.ts";
import type { StepClaims } from "../ports.ts";

/**
 * The claims of a group's steps in one delivery: the write that completes a step claims the next one, in the
 * same item. No other write puts a claim there. So after a completion that did not claim the next step, the
 * next step has an item of its own.
 */
export class Chain {
  /** Whether this delivery completed the last step: then it knows which item has the claim of the next step. */
  isOwn = false;
  private ahead: ClaimRequest | undefined;

  /** Sort key of the item with the claim of the next step, if that was claimed with the last completion. */
  get within(): string | undefined {
    return this.ahead?.key.within;
  }

  /** The claims of one step. `next`: the claim to take with its completion. */
  claimsOf(claims: StepClaims, next: () => ClaimRequest | undefined): StepClaims {
    let own: ClaimRequest | undefined;
    this.isOwn = false;
    return {
      ...claims,
      claim: async (request) => {
        const isAhead = this.ahead !== undefined && keyText(this.ahead.key) === keyText(request.key);
        const outcome = isAhead ? ({ kind: "claimed" } as const) : await claims.claim(request);
        if (isAhead) this.ahead = undefined;
        if (outcome.kind === "claimed") own = request;
        return outcome;
      },
      complete: async (key, owner, result, emitted, undo) => {
        const following = own && next();
        const completed = following
          ? await claims.completeAndClaim(own!, { result, emitted, undo }, following)
          : await claims.complete(key, owner, result, emitted, undo);
        this.isOwn = completed === "completed" || completed === "continued";
        if (completed !== "continued") return completed;
        this.ahead = { ...following!, key: { ...following!.key, within: key.within ?? key.sk } };
        return "completed";
      },
      reuse: async (...reuse) => {
        const reused = await claims.reuse(...reuse);
        this.isOwn = reused === "completed";
        return reused;
      },
      record: async (...end) => {
        const instead = await claims.record(...end);
        this.isOwn = instead === undefined;
        return instead;
      },
    };
  }
}
