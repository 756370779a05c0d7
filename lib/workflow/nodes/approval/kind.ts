import type { Quorum } from "../../../contract/quorum.ts";
import { leave } from "../../exit.ts";
import { say } from "../../expression.ts";
import { bind, code } from "../../frame.ts";
import type { ApprovalNode } from "../../graph.ts";
import { claimPath } from "../../iteration.ts";
import { template } from "../../jsonata.ts";
import { sayLength } from "../../length.ts";
import { catcher, TIMED_OUT } from "../catch.ts";
import { type NodeKind, WITHOUT_BLOCKS } from "../kind.ts";
import { ask } from "../question.ts";

export const approvalKind: NodeKind<ApprovalNode> = {
  ...WITHOUT_BLOCKS,

  describe: ({ name, reads: { why, within, requestedBy }, quorum, silence }) => {
    const kind = why ? `escalation (${say(why)})` : "approval";
    const people = `${quorum ? sayQuorum(quorum) : ""}${requestedBy ? `, not by ${say(requestedBy)}` : ""}`;
    return `${name}: ${kind}${people}${within ? ` within ${sayLength(within)}, otherwise ${silence}` : ""}`;
  },

  draw: ({ role, reads, quorum }) => ({
    kind: reads.why ? "escalate" : "approval",
    label: quorum ? `${role} (${quorum.approvals} people)` : role,
  }),

  uses: () => ({ show: "passed on" }),
  leavesOpen: () => [],
  needs: () => ({}),
  // Its state may stop waiting: the question is then without an answer.
  mayBeLeft: () => true,
  isLongRunning: true,

  // As for a step, and again if the timeout has a consequence.
  events: ({ silence }) => (silence === undefined ? 6 : 12),

  compile({ name, segment, role, reads, quorum, silence }, position) {
    const { frame, exit } = position;
    const question = {
      role,
      quorum,
      requestedBy: reads.requestedBy && template(reads.requestedBy, frame),
      path: claimPath(segment, frame),
      why: reads.why && template(reads.why, frame),
      show: template(reads.show, frame),
    };
    const answered = leave(exit, bind(frame, name, code("$states.result")));
    if (!silence) return { [name]: { ...ask({ ...question, level: 1 }, position), ...answered } };

    const first = { ...question, level: 1, within: reads.within, otherwise: silence };
    const [silent, next] =
      silence === "escalate"
        ? [`${name} escalated`, ask({ ...question, level: 2 }, position)]
        : [`${name} timed out`, ask({ ...first, over: true }, position)];
    return {
      [name]: {
        ...ask(first, position),
        Catch: [catcher(TIMED_OUT, silent, frame)],
        ...answered,
      },
      [silent]: { ...next, ...answered },
    };
  },
};

/** " by 2, any no rejects" */
function sayQuorum({ approvals, rejections }: Quorum): string {
  return ` by ${approvals}, ${rejections === 1 ? "any no rejects" : `${rejections} noes reject`}`;
}
