import type { Command, CommandOutcome } from "../../../../lib/contract/messages/command.ts";
import { functionsClient, InvokeCommand } from "../client/lambda-commands.ts";

/** Sends commands to the control function, by its name. Throws what the function threw. */
export function controlFunction(name: string, client = functionsClient()) {
  return async (command: Command): Promise<CommandOutcome> => {
    const { Payload, FunctionError } = await client.send(
      new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(command) }),
    );
    const answer = JSON.parse(new TextDecoder().decode(Payload));
    if (FunctionError) throw new Error(`The control function failed: ${answer.errorMessage}`);
    return answer as CommandOutcome;
  };
}
