import { spawn } from "node:child_process";
import { Command } from "commander";
import { answer } from "../answer.ts";
import { UsageError } from "../explain.ts";
import { findRun } from "../find-run.ts";
import { connect } from "../session.ts";
import { consoleOf, pageOf } from "./console.ts";

/** The program that opens an address, by the platform. */
const OPENERS: Partial<Record<NodeJS.Platform, string[]>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

export function open(): Command {
  return new Command("open")
    .description("open the page of a run in the console; prints its address, too")
    .argument("[run]", "id of the run, or its beginning (default: the overview)")
    .option("--print", "only print the address")
    .action(async (id: string | undefined, { print: only }: { print?: true }, command: Command) => {
      const session = await connect(command);
      const run = id === undefined ? undefined : (await findRun(session, id)).run.run;
      const { stack } = command.optsWithGlobals<{ stack: string }>();
      const found = await consoleOf(stack);
      if (!found)
        throw new UsageError(`The stack ${stack} has no console. Deploy it without "console: false".`);
      const page = pageOf(found, run === undefined ? "/" : `/runs/${run}`);
      answer(command, { run, page }, () => page);
      if (!only) launch(page);
    });
}

/** Opens an address in the browser. Without a browser, the printed address is enough. */
function launch(address: string): void {
  const [program, ...given] = OPENERS[process.platform] ?? ["xdg-open"];
  const child = spawn(program!, [...given, address], { stdio: "ignore", detached: true });
  child.on("error", () => {});
  child.unref();
}
