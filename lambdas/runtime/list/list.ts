import { toFailure } from "../../../lib/contract/failure.ts";
import type { ListMessage } from "../../../lib/contract/messages/list-message.ts";
import type { Executions } from "../ports/executions.ts";
import type { Artifacts } from "../ports/files.ts";
import type { Answer } from "./answer.ts";
import { failList, failPart } from "./failure.ts";
import { joinParts, keepPart } from "./join.ts";
import { splitList } from "./split.ts";

export interface ListPorts {
  executions: Pick<Executions, "succeed" | "fail">;
  artifacts(workflow: string, run: string): Artifacts;
}

/**
 * Answers a state machine's requests for a long list. Values are stored under names derived from their
 * content and nothing else is changed, so that a message may be delivered any number of times.
 */
export async function answerList(message: ListMessage, ports: ListPorts): Promise<void> {
  const { run, taskToken } = message;
  const answer = await answerTo(message, ports.artifacts(run.workflow, run.id));
  if ("output" in answer) await ports.executions.succeed(taskToken, JSON.stringify(answer.output));
  else await ports.executions.fail(taskToken, answer.error, answer.cause);
}

async function answerTo(message: ListMessage, artifacts: Artifacts): Promise<Answer> {
  try {
    switch (message.kind) {
      case "split list":
        return await splitList(message, artifacts);
      case "keep part":
        return await keepPart(message, artifacts);
      case "join parts":
        return await joinParts(message, artifacts);
      case "fail part":
        return await failPart(message, artifacts);
      case "fail list":
        return await failList(message, artifacts);
    }
  } catch (error) {
    const failure = toFailure(error);
    if (failure.policy !== "give-up") throw error;
    return { error: `Millrace.${failure.name}`, cause: JSON.stringify(failure) };
  }
}
