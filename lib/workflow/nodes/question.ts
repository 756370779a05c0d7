import type { ApprovalMessage } from "../../contract/messages/approval-message.ts";
import type { Quorum } from "../../contract/quorum.ts";
import type { Expression } from "../expression.ts";
import { inMilliseconds, inSeconds } from "../length.ts";
import type { Position } from "../position.ts";
import { ENTRY, RETRY_SEND, sendAndWait } from "../send.ts";
import type { Json } from "../states.ts";

interface Question {
  /** The role that is asked. */
  readonly role: string;
  readonly path: string;
  readonly level: number;
  /** The timeout; by default, the run's deadline. */
  readonly within?: Expression | undefined;
  /** The consequence of the timeout. */
  readonly otherwise?: "escalate" | "reject" | "approve" | undefined;
  /** The timeout has passed: it decides, unless there is a decision. */
  readonly over?: true;
  readonly quorum?: Quorum | undefined;
  readonly requestedBy?: Json | undefined;
  readonly why?: Json | undefined;
  readonly show: Json;
}

/**
 * A task that asks a person, and answers with the decision. One that is `over` asks the table, where the
 * first of a person's decision and the timeout has won: the state's own timeout decides nothing.
 */
export function ask(
  { role, path, level, within, otherwise, over, quorum, requestedBy, why, show }: Question,
  { bindings, deadline, frame }: Pick<Position, "bindings" | "deadline" | "frame">,
) {
  return {
    ...sendAndWait<ApprovalMessage>(bindings.approvalQueueUrl, {
      approval: role,
      path,
      ...ENTRY,
      level,
      ...(within !== undefined && { within: inMilliseconds(within, frame) }),
      ...(otherwise !== undefined && { otherwise }),
      ...(over && { over }),
      ...(quorum && { quorum: { ...quorum } }),
      ...(requestedBy !== undefined && { requestedBy }),
      ...(why !== undefined && { why }),
      show,
    }),
    TimeoutSeconds: within === undefined || over ? deadline : inSeconds(within, frame),
    Retry: [RETRY_SEND],
  } as const;
}
