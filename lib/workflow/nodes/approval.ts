import type { Duration } from "../../contract/duration.ts";
import type { ApprovalDecision } from "../../contract/message.ts";
import { leave } from "../exit.ts";
import { type Expression, say } from "../expression.ts";
import { bind, code } from "../frame.ts";
import type { NodeBase } from "../graph.ts";
import { claimPath } from "../iteration.ts";
import { template } from "../jsonata.ts";
import { expressLength, sayLength } from "../length.ts";
import { express } from "../plain-value.ts";
import type { Given, Ref, Reference } from "../ref.ts";
import { optionally, recordOf, scalar } from "../shape.ts";
import type { Site, Use } from "../site.ts";
import { catcher, TIMED_OUT } from "./catch.ts";
import type { NodeKind } from "./kind.ts";
import { ask } from "./question.ts";

/** A question to a person: an approval in the workflow, or an escalation with its reason. */
export interface ApprovalNode extends NodeBase {
  readonly kind: "approval";
  readonly segment: string;
  /** The role that is asked. */
  readonly role: string;
  readonly reads: {
    readonly show: Expression;
    readonly why?: Expression;
    /** The timeout. */
    readonly within?: Expression;
  };
  /** The consequence of the timeout. */
  readonly silence: ApprovalUse["otherwise"];
}

export type ApprovalUse = Use & {
  /** What the person sees. */
  show: Given<Readonly<Record<string, unknown>>>;
} & (
    | {
        /** How long to wait for the decision. */
        within: Duration | Reference<string>;
        /** What happens on a timeout: reject, approve, or escalate to the next level, until the deadline. */
        otherwise: "escalate" | "reject" | "approve";
      }
    | { within?: undefined; otherwise?: undefined }
  );

/** Why a person has to decide: "low confidence", "contradiction". */
export type EscalationUse = ApprovalUse & { why: Given<string> };

/** Asks a person, by the name of a role: "editor". Returns the decision. */
export type ApprovalMethod = (role: string, question: ApprovalUse) => Ref<ApprovalDecision>;

/** Asks a person to decide what the workflow cannot, with the reason. Returns the decision. */
export type EscalateMethod = (role: string, question: EscalationUse) => Ref<ApprovalDecision>;

export function approvalMethod(site: Site): ApprovalMethod {
  return function approval(role, question) {
    return addQuestion(site, role, question, {}, approval);
  };
}

export function escalateMethod(site: Site): EscalateMethod {
  return function escalate(role, question) {
    const why = express(question.why, `Why "${question.as ?? role}" is asked`, escalate).expression;
    return addQuestion(site, role, question, { why }, escalate);
  };
}

function addQuestion(
  site: Site,
  role: string,
  question: ApprovalUse,
  reason: { why?: Expression },
  callee: (...args: never) => unknown,
): Ref<ApprovalDecision> {
  const name = question.as ?? role;
  const show = express(question.show, `What "${name}" is shown`, callee).expression;
  const within =
    question.within && expressLength(question.within, `How long "${name}" waits for an answer`, callee);
  return site.add<ApprovalDecision, ApprovalNode>(
    {
      kind: "approval",
      name,
      segment: name,
      role,
      reads: { show, ...reason, ...(within && { within }) },
      blocks: {},
      silence: question.otherwise,
    },
    recordOf({ approved: scalar, decidedBy: scalar, note: optionally(scalar) }),
    question,
    callee,
  );
}

export const approvalKind: NodeKind<ApprovalNode> = {
  describe: ({ name, reads: { why, within }, silence }) => {
    const kind = why ? `escalation (${say(why)})` : "approval";
    return `${name}: ${kind}${within ? ` within ${sayLength(within)}, otherwise ${silence}` : ""}`;
  },
  uses: { show: "passed on" },

  // As for a step, and again if the timeout has a consequence.
  events: ({ silence }) => (silence === undefined ? 6 : 12),

  compile({ name, segment, role, reads, silence }, position) {
    const { frame, exit } = position;
    const question = {
      role,
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
