import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import { readSettings, synthesize } from "./assembly/synthesize.ts";
import { type Cloud, startCloud } from "./cloud.ts";
import { UserError } from "./kernel/errors.ts";
import { readOptions, type StartOptions, USAGE } from "./options.ts";

/** The entry behind `npm start`: synthesizes the CDK app, boots the local cloud, and hands over to a command. */

const ACCOUNT = "000000000000";
const REGION = "us-east-1";
const CREDENTIALS = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.help) return say(USAGE);
  const assembly = options.assembly ?? (await synthesizeApp(options));
  const began = performance.now();
  const cloud = await startCloud({ ...options, assembly });
  say(welcome(cloud, options.data, performance.now() - began));
  const child = options.command === undefined ? undefined : follow(options.command, cloud);
  stopOnSignal(cloud, child);
}

async function synthesizeApp(options: StartOptions): Promise<string> {
  const folder = process.cwd();
  const settings = readSettings(folder);
  const app = options.app ?? settings.app;
  if (!app) {
    throw new UserError(
      `${folder} has no cdk.json that names an app. Go to the CDK app's folder, or give --app or --assembly.`,
    );
  }
  const output = resolve(folder, settings.output);
  say(`Synthesizing: ${app}`);
  await synthesize({ app, folder, output, context: settings.context, account: ACCOUNT, region: REGION });
  return output;
}

function welcome(
  { endpoint, deployment, kernel }: Cloud,
  data: string | undefined,
  milliseconds: number,
): string {
  const { stacks, resources } = deployment.plan;
  const names = stacks.map(({ name }) => name).join(", ");
  return [
    `The local cloud is ready at ${endpoint} (${(milliseconds / 1000).toFixed(1)} s)`,
    `  stacks   ${names}: ${resources.length} resources in ${kernel.region}`,
    `  data     ${data === undefined ? "in memory, gone with this process" : `${resolve(data)}, kept between starts`}`,
    `  try      aws --endpoint-url ${endpoint} cloudformation describe-stacks`,
    "  stop     Ctrl-C",
  ].join("\n");
}

/** Runs the command beside the cloud, which goes on when the command ends. */
function follow(command: string, { endpoint, kernel }: Cloud): ChildProcess {
  const { AWS_PROFILE: _profile, AWS_SESSION_TOKEN: _token, ...environment } = process.env;
  const child = spawn(command, {
    shell: true,
    stdio: "inherit",
    env: {
      ...environment,
      ...CREDENTIALS,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: kernel.region,
      AWS_DEFAULT_REGION: kernel.region,
    },
  });
  child.once("close", (code) => {
    if (code)
      say(`"${command}" ended with ${code}. The local cloud goes on at ${endpoint}; Ctrl-C stops it.`);
  });
  return child;
}

/** The first signal stops the command, then the cloud; the second ends this process at once. Nothing is lost by either. */
function stopOnSignal(cloud: Cloud, child: ChildProcess | undefined): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(130);
    stopping = true;
    child?.removeAllListeners("close");
    await ended(child);
    await cloud.close();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => void stop().catch(fail));
}

async function ended(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await gone;
}

function fail(error: unknown): never {
  process.stderr.write(
    `${error instanceof UserError ? error.message : ((error as Error)?.stack ?? error)}\n`,
  );
  process.exit(1);
}

await main().catch(fail);
