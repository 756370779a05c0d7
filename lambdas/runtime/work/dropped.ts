import type { StepMessage } from "../../../lib/contract/message.ts";
import { entrance, turnAway } from "../wait/entrance.ts";
import type { WorkPorts } from "./ports.ts";

/**
 * Answers a message that was dropped where its run, or that epoch of it, is over. Whoever ended the run stopped the execution
 * that sent it; one that was redriven from outside would wait for an answer until its deadline.
 */
export async function answerIfOver(
  { run, taskToken, direction }: StepMessage,
  ports: Pick<WorkPorts, "startConditions" | "executions" | "log">,
): Promise<void> {
  if (direction === "undo") return;
  const met = entrance(run, await ports.startConditions.read(run.id, run.workflow, undefined));
  if (met.kind === "over") await turnAway(run, taskToken, met, ports);
}
