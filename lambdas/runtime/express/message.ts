import { EXPRESS_ATTEMPT, type ExpressPlan } from "../../../lib/contract/groups/express.ts";
import type { ExecutionInput, StepMessage } from "../../../lib/contract/messages/message.ts";
import { type GroupMessage, isOfGroup } from "../work/group/message.ts";
import { select } from "../work/group/select.ts";

/** The message of a group in a run without an execution. */
export type ExpressGroupMessage = GroupMessage & Required<Pick<GroupMessage, "express">>;

export function isExpress(message: StepMessage): message is ExpressGroupMessage {
  return isOfGroup(message) && message.express !== undefined;
}

/**
 * The message that the state machine would send, without a token. Every copy is identical: its time is that
 * of the run's acceptance, and so before any state of an execution.
 */
export function expressMessage(
  { run, event }: ExecutionInput,
  { step, path, steps, values, output }: ExpressPlan,
  acceptedAt: string,
): ExpressGroupMessage {
  const found = Object.entries(values).map(([name, fields]) => [name, select(event, fields)] as const);
  return {
    taskToken: "",
    run,
    step,
    path,
    direction: "do",
    version: run.version,
    entered: acceptedAt,
    attempt: EXPRESS_ATTEMPT,
    input: null,
    reads: [],
    fallback: false,
    group: {
      values: Object.fromEntries(found.filter(([, value]) => value !== undefined)),
      steps,
      answer: {},
    },
    express: { output },
  };
}
