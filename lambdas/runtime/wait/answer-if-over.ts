import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import type { WorkPorts } from "../work/ports.ts";
import { admitRequest, answerRefused } from "./admit-request.ts";

/**
 * Answers a message that was dropped because its run, or that epoch of it, is over. Ending a run stops the
 * execution that sent the message; an execution that was redriven from outside would wait for an answer until
 * its deadline.
 */
export async function answerIfOver(
  { run, taskToken, direction }: StepMessage,
  ports: Pick<WorkPorts, "startConditions" | "executions" | "log">,
): Promise<void> {
  if (direction === "undo") return;
  const met = admitRequest(run, await ports.startConditions.read(run.id, run.workflow, undefined));
  if (met.kind === "over") await answerRefused(run, taskToken, met, ports);
}
