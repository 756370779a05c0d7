import { DefinitionError } from "../../../contract/definition-error.ts";
import type { Duration } from "../../../contract/duration.ts";
import type { ApprovalDecision } from "../../../contract/messages/approval-message.ts";
import type { Quorum } from "../../../contract/quorum.ts";
import { isWhole } from "../../../contract/whole-number.ts";
import type { Expression } from "../../expression.ts";
import { expressLength } from "../../length.ts";
import { type Callee, placeOf } from "../../place.ts";
import { express } from "../../plain-value.ts";
import type { Given, Ref, Reference } from "../../ref.ts";
import { optionally, recordOf, scalar } from "../../shape.ts";
import type { Site, Use } from "../../site.ts";
import { refuseOtherwise } from "../otherwise.ts";

export type ApprovalUse = Use & {
  /** What the person sees. */
  show: Given<Readonly<Record<string, unknown>>>;
  /** How many people have to approve, from 1 to 20. One person counts once. @default 1 */
  approvals?: number;
  /** How many have to reject, from 1 to 20. With 1, any no ends it. @default 1 */
  rejections?: number;
  /**
   * Who requested the decision: the name, e-mail address or subject by which that person signs in. That
   * person must not decide. With this option, `approvals` or `rejections`, neither must the person who
   * started the run by the API, the console or the command line.
   */
  requestedBy?: Given<string>;
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
  callee: Callee,
): Ref<ApprovalDecision> {
  const name = question.as ?? role;
  const show = express(question.show, `What "${name}" is shown`, callee).expression;
  const within =
    question.within && expressLength(question.within, `How long "${name}" waits for an answer`, callee);
  const requestedBy =
    question.requestedBy !== undefined &&
    express(question.requestedBy, `Who requested "${name}"`, callee).expression;
  const quorum = quorumOf(name, question, callee);
  refuseOtherwise(`"${name}"`, question.otherwise, ["escalate", "reject", "approve"], callee);
  return site.add<ApprovalDecision>(
    {
      kind: "approval",
      name,
      segment: name,
      role,
      reads: { show, ...reason, ...(within && { within }), ...(requestedBy && { requestedBy }) },
      quorum,
      blocks: {},
      silence: question.otherwise,
    },
    recordOf({ approved: scalar, decidedBy: scalar, note: optionally(scalar) }),
    question,
    callee,
  );
}

const MOST_PEOPLE = 20;

function quorumOf(name: string, { approvals, rejections }: ApprovalUse, callee: Callee): Quorum | undefined {
  if (approvals === undefined && rejections === undefined) return undefined;
  for (const [option, count] of Object.entries({ approvals, rejections })) {
    if (count === undefined || isWhole(count, 1, MOST_PEOPLE)) continue;
    throw new DefinitionError(
      `"${name}" has "${option}" ${count}. It must be a whole number from 1 to ${MOST_PEOPLE}.`,
      placeOf(callee),
    );
  }
  return { approvals: approvals ?? 1, rejections: rejections ?? 1 };
}
