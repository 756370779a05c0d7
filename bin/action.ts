import { userInfo } from "node:os";
import { Command } from "commander";
import type { Command as ActionRequest, CommandOutcome } from "../lib/contract/messages/command.ts";
import { answer } from "./answer.ts";
import { UsageError } from "./explain.ts";
import { findRun } from "./find-run.ts";
import { keyOption } from "./key-option.ts";
import { connect, type Session } from "./session.ts";

/** The fields of every operator command. */
type ActionBase = Pick<ActionRequest, "by" | "why" | "key">;

/** What came of an action, as the command prints it. */
export interface Report {
  value: CommandOutcome & { counts?: Record<string, number> };
  text: string;
}

const asItIs = async (outcome: CommandOutcome): Promise<Report> => ({ value: outcome, text: outcome.says });

/**
 * A command that requests an operator action, with operator and reason. `toCommand` makes the request from the argument, which is "" for a
 * command without one, of the options and of further arguments. `report` may add what follows from the action.
 */
export function actionCommand(
  name: string,
  description: string,
  argument: [string, string] | undefined,
  toCommand: (
    target: string,
    base: ActionBase,
    options: Record<string, string>,
    further: string[],
  ) => ActionRequest | Promise<ActionRequest>,
  report: (outcome: CommandOutcome, request: ActionRequest, session: Session) => Promise<Report> = asItIs,
): Command {
  const command = new Command(name).description(description);
  if (argument) command.argument(...argument);
  return command
    .option("--why <text>", "reason, recorded in the history", "no reason given")
    .option("--as <person>", "name of the operator", userInfo().username)
    .addOption(keyOption("repeating a command with the same key has no effect"))
    .action(async (...handed: unknown[]) => {
      const [options, command] = handed.slice(-2) as [Record<string, string>, Command];
      const [target = "", ...further] = handed.slice(0, -2) as string[];
      const { why, as: by, key } = options as { why: string; as: string; key: string };
      const given = await toCommand(target, { by, why, key }, options, further);
      const session = await connect(command);
      const outcome = await session.control(await withWholeId(given, session));
      if (!outcome.done) throw new UsageError(outcome.says);
      const { value, text } = await report(outcome, given, session);
      answer(command, value, () => text);
    });
}

/** The same with the complete id of the run, of which a person may give the beginning. */
async function withWholeId(request: ActionRequest, session: Session): Promise<ActionRequest> {
  if (!("run" in request.target)) return request;
  const { run } = (await findRun(session, request.target.run)).run;
  return { ...request, target: { ...request.target, run } } as ActionRequest;
}
