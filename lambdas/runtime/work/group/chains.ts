import type { ClaimRequest, Completion, SuccessOfRun } from "../../ports/claims.ts";
import { requestOf } from "../claim-effect.ts";
import type { Effect } from "../effect.ts";
import type { StepClaims } from "../ports.ts";
import type { Publications } from "./publications.ts";

/** A step to claim with the completion of another: its position and its effect. */
export interface NextClaim {
  position: number;
  effect: Effect;
}

/**
 * The claims of a group's steps in one delivery: the write that completes a step claims one that can begin
 * then, in the same item. So steps that follow one another share an item, and steps that run at the same time
 * never write the same one. No other write puts a claim there: where a delivery completed all steps before a
 * step and claimed it with none of them, the step has an item of its own.
 */
export class Chains {
  /** The effects that were claimed with the completion of an earlier step. */
  private readonly ahead = new Map<number, Effect>();
  private readonly own = new Set<number>();
  private readonly publications: Publications;
  /** Whether the run has ended with the completion of a step. */
  hasEndedRun = false;

  constructor(publications: Publications) {
    this.publications = publications;
  }

  /** The effect of a step, if it was claimed with the completion of an earlier one and has not begun. */
  claimedAhead(position: number): Effect | undefined {
    return this.ahead.get(position);
  }

  /** A step was claimed before the delivery began. */
  begunBy(position: number, effect: Effect): void {
    this.ahead.set(position, effect);
    this.publications.changed(effect.key, "now");
  }

  /** Whether this delivery completed a step: then it knows whether another was claimed with it. */
  isOwn(position: number): boolean {
    return this.own.has(position);
  }

  /**
   * The claims of one step. `next`: the claim to take with its completion. `end`: the end of the run, if no
   * step is left.
   */
  claimsOf(
    position: number,
    claims: StepClaims,
    next: () => NextClaim | undefined,
    end: (completion: Completion) => SuccessOfRun | undefined,
  ): StepClaims {
    let own: ClaimRequest | undefined;
    const { publications } = this;
    const noted = (isOwn: boolean) => void (isOwn && this.own.add(position));
    return {
      ...claims,
      claim: async (request) => {
        const isAhead = this.ahead.delete(position);
        const outcome = isAhead ? ({ kind: "claimed" } as const) : await claims.claim(request);
        if (outcome.kind !== "claimed") return outcome;
        own = request;
        if (!isAhead) publications.changed(request.key, "now");
        return outcome;
      },
      complete: async (key, owner, completion) => {
        const following = own && next();
        if (!following) {
          const ended = end(completion);
          const completed = ended
            ? await claims.completeAndEnd(key, owner, completion, ended)
            : await claims.complete(key, owner, completion);
          this.hasEndedRun = completed === "ended";
          noted(completed === "completed" || completed === "ended");
          return completed === "ended" ? "completed" : completed;
        }
        const publish = publications.timeFor(key, completion);
        const completed = await claims.completeAndClaim(
          own!,
          completion,
          requestOf(following.effect),
          publish,
        );
        noted(completed === "completed" || completed === "continued");
        if (completed !== "continued") return completed;
        publications.changed(key, publish);
        const { position: taken, effect } = following;
        this.ahead.set(taken, { ...effect, key: { ...effect.key, within: key.within ?? key.sk } });
        return "completed";
      },
      reuse: async (...reuse) => {
        const reused = await claims.reuse(...reuse);
        noted(reused === "completed");
        return reused;
      },
      record: async (...end) => {
        const instead = await claims.record(...end);
        noted(instead === undefined);
        return instead;
      },
    };
  }
}
