import type { Duration } from "../../contract/duration.ts";
import type { ApprovalDecision } from "../../contract/message.ts";
import { type Expression, say } from "../expression.ts";
import { bind, code } from "../frame.ts";
import { express } from "../given.ts";
import type { NodeBase } from "../graph.ts";
import { claimPath } from "../iteration.ts";
import { template } from "../jsonata.ts";
import { leave } from "../leave.ts";
import type { Given, Ref } from "../ref.ts";
import { optionally, recordOf, scalar } from "../shape.ts";
import type { Site, Use } from "../site.ts";
import { catcher, only, TIMED_OUT } from "./catch.ts";
import type { Machine, NodeKind } from "./kind.ts";
import { ask } from "./question.ts";
import { standIn } from "./stand-in.ts";

/** A question to a person: an approval that the workflow provides for, or an escalation with its reason. */
export interface ApprovalNode extends NodeBase {
  readonly kind: "approval";
  readonly segment: string;
  /** Who is asked. */
  readonly role: string;
  readonly reads: { readonly show: Expression; readonly why?: Expression };
  readonly silence: Silence | undefined;
}

/** How long an answer is waited for, and what silence means. */
interface Silence {
  readonly within: Duration;
  readonly otherwise: "escalate" | "reject" | "approve";
}

export type ApprovalUse = Use & {
  /** What the person gets to see. */
  show: Given<Readonly<Record<string, unknown>>>;
} & (
    | {
        /** How long an answer is waited for. */
        within: Duration;
        /** What silence means: no, yes, or that it is asked again, of whoever stands above, until the deadline. */
        otherwise: Silence["otherwise"];
      }
    | { within?: undefined; otherwise?: undefined }
  );

/** Why a person has to decide: "low confidence", "contradiction". */
export type EscalationUse = ApprovalUse & { why: Given<string> };

/** Asks a person, by the name of a role: "editor". Answers the decision. */
export type ApprovalMethod = (role: string, question: ApprovalUse) => Ref<ApprovalDecision>;

/** Hands a decision that the workflow cannot take to a person, with the reason. Answers the decision. */
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
  return site.add<ApprovalDecision, ApprovalNode>(
    {
      kind: "approval",
      name,
      segment: name,
      role,
      reads: { show, ...reason },
      blocks: {},
      silence: question.within && { within: question.within, otherwise: question.otherwise },
    },
    recordOf({ approved: scalar, decidedBy: scalar, note: optionally(scalar) }),
    question,
    callee,
  );
}

export const approvalKind: NodeKind<ApprovalNode> = {
  describe: ({ name, reads: { why }, silence }) => {
    const kind = why ? `escalation (${say(why)})` : "approval";
    return `${name}: ${kind}${silence ? ` within ${silence.within}, otherwise ${silence.otherwise}` : ""}`;
  },
  uses: { show: "handed on" },

  // As of a step, and once more where it escalates, or a state where silence is an answer.
  events: ({ silence }) => 6 + (silence === undefined ? 0 : silence.otherwise === "escalate" ? 6 : 2),

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

    const escalated = `${name} escalated`;
    const silent: Machine =
      silence.otherwise === "escalate"
        ? {
            StartAt: escalated,
            States: { [escalated]: { ...ask({ ...question, level: 2 }, position), ...answered } },
          }
        : standIn(only(decision(silence.otherwise === "approve")), name, `${name} timed out`, position);
    return {
      [name]: {
        ...ask({ ...question, level: 1, within: silence.within }, position),
        Catch: [catcher(TIMED_OUT, silent.StartAt, frame)],
        ...answered,
      },
      ...silent.States,
    };
  },
};

function decision(approved: boolean): Expression {
  return {
    kind: "record",
    fields: {
      approved: { kind: "literal", value: approved },
      decidedBy: { kind: "literal", value: "timeout" },
    },
  };
}
