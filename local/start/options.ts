import { parseArgs } from "node:util";
import { UserError } from "../kernel/errors.ts";
import { AWS_LIMITS, type LimitFigures } from "../limits/figures.ts";

/** The options of the command line and the environment. */
export interface StartOptions {
  /** The command that runs the CDK app; by default that of cdk.json. */
  app: string | undefined;
  /** An existing cloud assembly, used without synthesizing. */
  assembly: string | undefined;
  /** Undefined stores everything in memory. */
  data: string | undefined;
  host: string | undefined;
  port: number;
  /** The limits of an account; undefined for none. */
  limits: LimitFigures | undefined;
  /** Address of an X-Ray daemon. */
  traceDaemon: string | undefined;
  /** A command to run when the cloud is ready. */
  command: string | undefined;
  /** A command to run after each deployment: at the start, and when the app has changed. */
  afterDeploy: string | undefined;
  /** Reload changed code while the cloud runs. */
  watch: boolean;
  /** Port for a debugger; undefined for none. */
  inspect: number | undefined;
  /** Synthesize even if nothing has changed. */
  fresh: boolean;
  help: boolean;
}

export const USAGE = `Runs a CDK app on this machine: synthesizes it and boots the local cloud from the cloud assembly.

  node local/start.ts [options]

  --app <command>      the CDK app                          default: "app" in cdk.json
  --assembly <folder>  takes this cloud assembly as it is, without synthesizing
  --data <folder>      keeps queues, tables, runs, objects  default: .millrace
  --memory             keeps nothing
  --port <number>      0 takes a free one                   default: MILLRACE_PORT, or 4566
  --host <address>     where to listen                      default: 127.0.0.1
                       beyond the loopback address, callers need the secret that each start prints
  --limits aws         throttles as AWS does by default     default: takes everything
  --then <command>     runs this when the cloud is ready, with AWS_ENDPOINT_URL set
  --after-deploy <command>  runs this after each deployment, the first and those of changed code
  --inspect <port>     opens this port for a debugger, for breakpoints in handlers; functions have no time limit
  --no-watch           does not reload changed code
  --fresh              synthesizes the app also if nothing has changed since the last start
  --help`;

/** Throws UserError for an unknown or invalid option. */
export function readOptions(args: string[], environment: Record<string, string | undefined>): StartOptions {
  const values = parse(args);
  if (values.memory && values.data !== undefined) {
    throw new UserError(
      "--memory and --data exclude each other: keep the data in a folder, or keep nothing.",
    );
  }
  return {
    app: values.app,
    assembly: values.assembly,
    data: values.memory ? undefined : (values.data ?? ".millrace"),
    host: values.host,
    limits: limits(values.limits),
    port: port(values.port, "--port") ?? port(environment.MILLRACE_PORT, "MILLRACE_PORT") ?? 4566,
    traceDaemon: environment.AWS_XRAY_DAEMON_ADDRESS,
    command: values.then,
    afterDeploy: values["after-deploy"],
    watch: !values["no-watch"],
    fresh: values.fresh ?? false,
    inspect: port(values.inspect, "--inspect"),
    help: values.help ?? false,
  };
}

function parse(args: string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  try {
    return parseArgs({
      args,
      options: {
        app: text,
        assembly: text,
        data: text,
        host: text,
        inspect: text,
        limits: text,
        port: text,
        // biome-ignore lint/suspicious/noThenProperty: it is the name of the option.
        then: text,
        "after-deploy": text,
        memory: flag,
        "no-watch": flag,
        fresh: flag,
        help: flag,
      },
    }).values;
  } catch (error) {
    throw new UserError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

function limits(text: string | undefined): LimitFigures | undefined {
  if (text === undefined) return undefined;
  if (text === "aws") return AWS_LIMITS;
  throw new UserError(`--limits must be "aws", not "${text}".`);
}

function port(text: string | undefined, where: string): number | undefined {
  if (text === undefined || text === "") return undefined;
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= 65535) return number;
  throw new UserError(`${where} must be a port between 0 and 65535, not "${text}".`);
}
