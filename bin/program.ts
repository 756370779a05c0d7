import { Command, type CommandOptions } from "commander";
import { type Connection, connectAs, defaultEndpoint, defaultStack } from "./self.ts";

/** The commands by their names, each in a file that is loaded when it is needed: all together load for longer than most run. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  send: async () => (await import("./commands/send.ts")).send(),
  start: async () => (await import("./commands/start.ts")).start(),
  signal: async () => (await import("./commands/signal.ts")).signal(),
  runs: async () => (await import("./commands/runs.ts")).runs(),
  run: async () => (await import("./commands/run.ts")).run(),
  log: async () => (await import("./commands/log.ts")).log(),
  logs: async () => (await import("./commands/logs.ts")).logs(),
  trace: async () => (await import("./commands/trace.ts")).trace(),
  watch: async () => (await import("./commands/watch.ts")).watch(),
  versions: async () => (await import("./commands/versions.ts")).versions(),
  approve: async () => (await import("./commands/decide.ts")).approve(),
  reject: async () => (await import("./commands/decide.ts")).reject(),
  pause: async () => (await import("./commands/pause.ts")).pause(),
  resume: async () => (await import("./commands/resume.ts")).resume(),
  terminate: async () => (await import("./commands/terminate.ts")).terminate(),
  retry: async () => (await import("./commands/retry.ts")).retry(),
  drain: async () => (await import("./commands/drain.ts")).drain(),
  replay: async () => (await import("./commands/replay.ts")).replay(),
  "replay-events": async () => (await import("./commands/replay-events.ts")).replayEvents(),
  backfill: async () => (await import("./commands/replay-events.ts")).backfill(),
  replays: async () => (await import("./commands/replays.ts")).replays(),
  quarantine: async () => (await import("./commands/quarantine.ts")).quarantine(),
  settings: async () => (await import("./commands/settings.ts")).settings(),
  limits: async () => (await import("./commands/limits.ts")).limits(),
  "dead-letters": async () => (await import("./commands/dead-letters.ts")).deadLetters(),
  deliveries: async () => (await import("./commands/deliveries.ts")).deliveries(),
  contracts: async () => (await import("./commands/contracts.ts")).contracts(),
  changes: async () => (await import("./commands/changes.ts")).changes(),
  cost: async () => (await import("./commands/cost.ts")).cost(),
  eval: async () => (await import("./commands/eval.ts")).evaluation(),
  console: async () => (await import("./commands/console.ts")).console(),
  doctor: async () => (await import("./commands/doctor.ts")).doctor(),
  teardown: async () => (await import("./commands/teardown.ts")).teardown(),
  open: async () => (await import("./commands/open.ts")).open(),
  mcp: async () => (await import("./commands/mcp.ts")).mcp(),
  completion: async () => (await import("./commands/completion.ts")).completion(),
  new: async () => (await import("./commands/new.ts")).newWorkflow(),
};

/**
 * The command line with the command that `args` name, or with all of them where they name none, for help. It connects to AWS, or to
 * the local cloud if AWS_ENDPOINT_URL is its address. `begin` is called with the name of a command before it is carried out.
 */
export async function createProgram(
  args: readonly string[],
  begin: (command: string) => void,
): Promise<Command> {
  const program = new Command("millrace")
    .description(
      "Send events, watch runs, decide approvals and operate runs. Connects to the local cloud, or to AWS with --aws.",
    )
    .option("--stack <name>", "name of the deployed stack", defaultStack())
    .option("--aws", "connect to your AWS account instead of the local cloud")
    .option(
      "--endpoint <url>",
      "address of the local cloud",
      process.env.AWS_ENDPOINT_URL ?? defaultEndpoint(),
    )
    .option("--json", "print results as JSON")
    .hook("preAction", (program, command) => {
      const connection = program.opts<Connection>();
      connectAs(connection);
      pointAt(connection);
      begin(command.name());
    })
    .showHelpAfterError("(see --help)");
  const add = (command: Command, options?: CommandOptions) =>
    program.addCommand(inherit(command, program), options);
  const [name = ""] = program.parseOptions([...args]).operands;
  if (Object.hasOwn(COMMANDS, name)) return add(await COMMANDS[name]!());
  for (const load of Object.values(COMMANDS)) add(await load());
  const { complete } = await import("./commands/completion.ts");
  add(complete(), { hidden: true });
  return program;
}

/** A command, and those below it, print their errors as the program does. */
function inherit(command: Command, above: Command): Command {
  command.copyInheritedSettings(above);
  for (const below of command.commands) inherit(below, command);
  return command;
}

/** The SDK's clients read these; the local cloud accepts any credentials. */
function pointAt({ aws, endpoint }: Connection): void {
  if (aws) {
    delete process.env.AWS_ENDPOINT_URL;
    return;
  }
  process.env.AWS_ENDPOINT_URL = endpoint;
  process.env.AWS_REGION ??= "us-east-1";
  process.env.AWS_ACCESS_KEY_ID ??= "local";
  process.env.AWS_SECRET_ACCESS_KEY ??= "local";
}
