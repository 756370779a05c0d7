import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { Command } from "commander";
import { type Duration, milliseconds } from "../../lib/contract/duration.ts";
import { answer, wantsJson } from "../answer.ts";
import { UsageError } from "../explain.ts";
import { print } from "../format.ts";
import { connect } from "../session.ts";
import { teardown as tearDown } from "../teardown/teardown.ts";

interface Given {
  terminate: boolean;
  within: string;
  why: string;
  as: string;
}

export function teardown(): Command {
  return new Command("teardown")
    .description("admit nothing new and wait until no run is open, so that the stack can be destroyed")
    .option("--terminate", "terminate open runs; completed steps that declare an undo are undone", false)
    .option("--within <duration>", "time after which to stop waiting", "1 hour")
    .option("--why <text>", "reason, recorded in the history", "the stack is being destroyed")
    .option("--as <person>", "name of the operator", userInfo().username)
    .action(async ({ terminate, within, why, as: by }: Given, command: Command) => {
      const { stack } = command.optsWithGlobals<{ stack: string }>();
      const { subscribers, openRuns, control } = await connect(command);
      const say = wantsJson(command) ? () => {} : print;
      const outcome = await tearDown(
        { by, why, key: randomUUID(), terminate, within: milliseconds(within as Duration) },
        {
          subscribers,
          openRuns,
          control,
          say,
          pause: (time) => pause(time),
          now: Date.now,
        },
      );
      const { open, held } = outcome;
      if (open.length > 0) {
        throw new UsageError(
          `${open.length} runs are still open after ${within}, among them ${open[0]!.run}. Do not destroy the stack: their executions would stay until their deadlines. Wait longer, or add --terminate.`,
        );
      }
      answer(command, { open: 0, held }, () =>
        [
          ...(held > 0
            ? [
                `${held} accepted runs have not started and will not. "millrace resume <workflow>" starts them instead.`,
              ]
            : []),
          `No execution is left. It is safe to run: npx cdk destroy ${stack}. To stay after all, resume each workflow and reaction.`,
        ].join("\n"),
      );
    });
}
