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
  readonly why?: Json | undefined;
  readonly show: Json;
}

/** A task that asks a person, and answers with the decision. */
export function ask(
  { role, path, level, within, why, show }: Question,
  { bindings, deadline, frame }: Pick<Position, "bindings" | "deadline" | "frame">,
) {
  return {
    ...sendAndWait<ApprovalMessage>(bindings.approvalQueueUrl, {
      approval: role,
      path,
      ...ENTRY,
      level,
      ...(within !== undefined && { within: inMilliseconds(within, frame) }),
      ...(why !== undefined && { why }),
      show,
    }),
    TimeoutSeconds: within === undefined ? deadline : inSeconds(within, frame),
    Retry: [RETRY_SEND],
  } as const;
}
