import type { Command } from "commander";
import { actionCommand } from "../action.ts";
import { wantsJson } from "../answer.ts";
import { findRun } from "../find-run.ts";
import { followRun } from "../follow-run.ts";
import { print } from "../format.ts";
import { connect } from "../session.ts";

export const retry = () =>
  actionCommand(
    "retry",
    "retry a failed run from the step that failed",
    ["<run>", "id of the run"],
    (run, base) => ({ action: "retry", target: { run }, ...base }),
  )
    .option("-f, --follow", "print what happens to the run until it ends; exits with 1 if it fails")
    .hook("postAction", async (_, command) => {
      if (command.opts<{ follow?: true }>().follow) await follow(command, command.args[0]!);
    });

async function follow(command: Command, id: string): Promise<void> {
  const session = await connect(command);
  const { run } = await findRun(session, id);
  // With --json, only the action is answered.
  const show = wantsJson(command) ? () => {} : print;
  if ((await followRun(session, run.run, show)) !== "succeeded") process.exitCode = 1;
}
