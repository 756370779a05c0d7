import { type Duration, milliseconds, seconds } from "../../contract/duration.ts";
import type { ApprovalMessage } from "../../contract/message.ts";
import { ENTRY, RETRY_SEND, sendAndWait } from "../send.ts";
import type { Json } from "../states.ts";
import type { Position } from "./kind.ts";

interface Question {
  /** Who is asked. */
  readonly role: string;
  readonly path: string;
  readonly level: number;
  /** How long an answer is waited for; as long as the run may take where it is left out. */
  readonly within?: Duration | undefined;
  readonly why?: Json | undefined;
  readonly show: Json;
}

/** A task that asks a person, and answers with the decision. */
export function ask(
  { role, path, level, within, why, show }: Question,
  { bindings, deadline }: Pick<Position, "bindings" | "deadline">,
) {
  return {
    ...sendAndWait<ApprovalMessage>(bindings.approvalQueueUrl, {
      approval: role,
      path,
      ...ENTRY,
      level,
      ...(within !== undefined && { within: milliseconds(within) }),
      ...(why !== undefined && { why }),
      show,
    }),
    TimeoutSeconds: within === undefined ? deadline : seconds(within),
    Retry: [RETRY_SEND],
  } as const;
}
