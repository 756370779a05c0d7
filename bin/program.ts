import { Command } from "commander";
import { changes } from "./commands/changes.ts";
import { complete, completion } from "./commands/completion.ts";
import { console } from "./commands/console.ts";
import { contracts } from "./commands/contracts.ts";
import { cost } from "./commands/cost.ts";
import { deadLetters } from "./commands/dead-letters.ts";
import { approve, reject } from "./commands/decide.ts";
import { deliveries } from "./commands/deliveries.ts";
import { doctor } from "./commands/doctor.ts";
import { drain } from "./commands/drain.ts";
import { evaluation } from "./commands/eval.ts";
import { limits } from "./commands/limits.ts";
import { log } from "./commands/log.ts";
import { logs } from "./commands/logs.ts";
import { mcp } from "./commands/mcp.ts";
import { newWorkflow } from "./commands/new.ts";
import { open } from "./commands/open.ts";
import { pause } from "./commands/pause.ts";
import { quarantine } from "./commands/quarantine.ts";
import { replay } from "./commands/replay.ts";
import { backfill, replayEvents } from "./commands/replay-events.ts";
import { replays } from "./commands/replays.ts";
import { resume } from "./commands/resume.ts";
import { retry } from "./commands/retry.ts";
import { run } from "./commands/run.ts";
import { runs } from "./commands/runs.ts";
import { send } from "./commands/send.ts";
import { settings } from "./commands/settings.ts";
import { signal } from "./commands/signal.ts";
import { start } from "./commands/start.ts";
import { teardown } from "./commands/teardown.ts";
import { terminate } from "./commands/terminate.ts";
import { trace } from "./commands/trace.ts";
import { versions } from "./commands/versions.ts";
import { watch } from "./commands/watch.ts";

const commands = [
  send,
  start,
  signal,
  runs,
  run,
  log,
  logs,
  trace,
  watch,
  versions,
  approve,
  reject,
  pause,
  resume,
  terminate,
  retry,
  drain,
  replay,
  replayEvents,
  backfill,
  replays,
  quarantine,
  settings,
  limits,
  deadLetters,
  deliveries,
  contracts,
  changes,
  cost,
  evaluation,
  console,
  doctor,
  teardown,
  open,
  mcp,
  completion,
  newWorkflow,
];

/**
 * The command line. It connects to AWS, or to the local cloud if AWS_ENDPOINT_URL is its address. `begin` is called
 * with the name of a command before it is carried out.
 */
export function createProgram(begin: (command: string) => void): Command {
  const program = new Command("millrace")
    .description(
      "Send events, watch runs, decide approvals and operate runs. Connects to the local cloud, or to AWS with --aws.",
    )
    .option("--stack <name>", "name of the deployed stack", "Millrace")
    .option("--aws", "connect to your AWS account instead of the local cloud")
    .option(
      "--endpoint <url>",
      "address of the local cloud",
      process.env.AWS_ENDPOINT_URL ?? `http://127.0.0.1:${process.env.MILLRACE_PORT ?? 4566}`,
    )
    .option("--json", "print results as JSON")
    .hook("preAction", (program, command) => {
      pointAt(program.opts());
      begin(command.name());
    })
    .showHelpAfterError("(see --help)");
  for (const command of commands) {
    program.addCommand(command().copyInheritedSettings(program));
  }

  program.addCommand(complete().copyInheritedSettings(program), { hidden: true });
  return program;
}

/** The SDK's clients read these; the local cloud accepts any credentials. */
function pointAt({ aws, endpoint }: { aws?: boolean; endpoint: string }): void {
  if (aws) {
    delete process.env.AWS_ENDPOINT_URL;
    return;
  }
  process.env.AWS_ENDPOINT_URL = endpoint;
  process.env.AWS_REGION ??= "us-east-1";
  process.env.AWS_ACCESS_KEY_ID ??= "local";
  process.env.AWS_SECRET_ACCESS_KEY ??= "local";
}
