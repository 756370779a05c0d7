import type { ApprovalMessage } from "../../contract/message.ts";
import type { Expression } from "../expression.ts";
import { inMilliseconds, inSeconds } from "../length.ts";
import { ENTRY, RETRY_SEND, sendAndWait } from "../send.ts";
import type { Json } from "../states.ts";
import type { Position } from "./kind.ts";

interface Question {
  /** Who is asked. */
  readonly role: string;
  readonly path: string;
  readonly level: number;
  /** How long an answer is waited for; as long as the run may take where it is left out. */
  readonly within?: Expression | undefined;
  /** What silence means then. */
  readonly otherwise?: "escalate" | "reject" | "approve" | undefined;
  /** The time is over: silence is the answer, unless there is another. */
  readonly over?: true;
  readonly why?: Json | undefined;
  readonly show: Json;
}

/**
 * A task that asks a person, and answers with the decision. One that is `over` asks the table, where the first of a person's
 * answer and silence has won: the state's own time-out decides nothing.
 */
export function ask(
  { role, path, level, within, otherwise, over, why, show }: Question,
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
      ...(why !== undefined && { why }),
      show,
    }),
    TimeoutSeconds: within === undefined || over ? deadline : inSeconds(within, frame),
    Retry: [RETRY_SEND],
  } as const;
}
