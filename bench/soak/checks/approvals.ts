import { approvalKey } from "../../../lib/contract/keys/approval.ts";
import type { Vote } from "../../../lib/contract/quorum.ts";
import { epochOf, type MakeCheck } from "./check.ts";

const seatOf = ({ by, instead }: Vote) => instead ?? by;

/** Each person counts once, and so many as are needed have decided before anything happens. */
export const approvals: MakeCheck = (seen, violate) => ({
  kinds: ["approval"],

  onWrite(before, after) {
    if (!after?.quorum) return;
    const about = `${after.run} ${after.path} in epoch ${after.epoch}`;
    const votes: Vote[] = after.votes ?? [];
    const earlier: Vote[] = before?.votes ?? [];
    if (
      new Set(votes.map(seatOf)).size < votes.length ||
      new Set(votes.map(({ by }) => by)).size < votes.length
    )
      violate("approvals", "a person counts twice", about);
    if (votes.some((vote) => vote.by === "eve")) violate("approvals", "who requested it decides", about);
    const isAskedAgain = before && before.askedAt !== after.askedAt;
    if (!isAskedAgain && earlier.some((vote, at) => JSON.stringify(vote) !== JSON.stringify(votes[at])))
      violate("approvals", "a vote is lost", about);
    if (after.state !== "decided" || after.decision.decidedBy === "timeout") return;
    const { approved } = after.decision;
    const needed = approved ? after.quorum.approvals : after.quorum.rejections;
    if (votes.filter((vote) => vote.approved === approved).length < needed)
      violate("approvals", "fewer people than needed have decided", about);
  },

  onWork({ step, key, run }) {
    if (step !== "pay" || !key.endsWith("#do")) return;
    const asked = seen.item(approvalKey(run, epochOf(key), "treasurer"));
    if (asked?.decision?.approved !== true)
      violate("approvals", "work begins that was not approved", `${key}: ${asked?.state}`);
  },
});
