#!/usr/bin/env node
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import inspector from "node:inspector";
import { resolve } from "node:path";
import { readSettings } from "./assembly/synthesize.ts";
import { type Cloud, startCloud } from "./cloud.ts";
import { prepareFolder } from "./data.ts";
import { UserError } from "./kernel/errors.ts";
import { readOptions, type StartOptions, USAGE } from "./options.ts";
import { appProblem, definitionMistake } from "./reload/app-problem.ts";
import type { MadeBundles } from "./reload/bundles.ts";
import { deploymentChanges } from "./reload/deployment-changes.ts";
import { describeProblem } from "./reload/problem.ts";
import { Reloader } from "./reload/reloader.ts";
import { statusService } from "./reload/status-service.ts";
import { AppProcess, type Synthesis, SynthesisError } from "./synthesis/app-process.ts";
import { forgetInputs, keepInputs, type SynthesisInputs, unchangedInputs } from "./synthesis/inputs.ts";
import { NextSynthesis } from "./synthesis/next-synthesis.ts";
import { refuseTaken } from "./wire/free.ts";

/** The entry behind `npm start`: synthesizes the CDK app, boots the local cloud, and hands over to a command. */

const ACCOUNT = "000000000000";
const REGION = "us-east-1";
const CREDENTIALS = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };

/** Windows has no process groups. */
const GROUPS = process.platform !== "win32";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.help) return say(USAGE);
  await refuseTaken(options.host, options.port);
  if (options.inspect !== undefined && inspector.url() === undefined)
    inspector.open(options.inspect, "127.0.0.1");
  // An editor that has started this process is attached already.
  const debugged = inspector.url() !== undefined;
  if (options.data !== undefined) prepareFolder(options.data);
  const app = options.assembly === undefined ? appOf(options) : undefined;
  const inputs = app && (await synthesizeApp(app, options));
  const assembly = options.assembly ?? app!.output;
  const began = performance.now();
  const cloud = await startCloud({ ...options, assembly, debugged });
  const took = performance.now() - began;
  const reloader = app && inputs && options.watch ? reload(cloud, app, inputs, options) : undefined;
  cloud.kernel.register(statusService(process.cwd(), reloader));
  const child = options.command === undefined ? undefined : follow(options.command, cloud);
  // The process that reads the ready message may stop it at once.
  stopOnSignal(cloud, child, reloader);
  say(welcome(cloud, options.data, took));
  if (reloader) say(WATCHING);
  if (debugged) {
    // First the code that breakpoints can be set in: an event may be sent as soon as the address is printed.
    await reloader?.makeReadable();
    say(`  debug    ${inspector.url()}; functions have no time limit`);
  }
  afterDeploy(options, cloud);
}

const WATCHING = "  reload   changed code is taken over while this runs";

/** The CDK app of this folder. */
type App = Omit<Synthesis, "print">;

function appOf(options: StartOptions): App {
  const folder = process.cwd();
  const settings = readSettings(folder);
  const app = options.app ?? settings.app;
  if (!app) {
    throw new UserError(
      `${folder} has no cdk.json that names an app. Go to the CDK app's folder, or give --app or --assembly.`,
    );
  }
  const output = resolve(folder, settings.output);
  return { app, folder, output, context: settings.context, account: ACCOUNT, region: REGION };
}

/** Synthesizes the app unless its assembly is of the code as it is. Answers what it was made from, where that is known. */
async function synthesizeApp(app: App, { fresh }: StartOptions): Promise<SynthesisInputs | undefined> {
  const known = fresh ? undefined : unchangedInputs(app.output, app);
  if (known) {
    say("The app has not changed since it was synthesized.");
    return known;
  }
  say(`Synthesizing: ${app.app}`);
  // A mistake in a definition is shown as one: what is wrong, and where. Of anything else, all that the app printed.
  let printed = "";
  try {
    return await writeAssembly(new AppProcess(app), app, (text) => (printed += text));
  } catch (error) {
    const mistake = error instanceof SynthesisError ? definitionMistake(error.printed, app.app) : undefined;
    if (!mistake) throw error;
    printed = "";
    throw new UserError(describeProblem(mistake, app.folder));
  } finally {
    process.stderr.write(printed);
  }
}

/** Lets the app write its assembly, and notes in it what it was made from. */
async function writeAssembly(
  process: AppProcess,
  app: App,
  print: (text: string) => void,
  bundles?: MadeBundles,
): Promise<SynthesisInputs | undefined> {
  forgetInputs(app.output);
  const began = Date.now();
  const inputs = await process.run(print, bundles);
  if (inputs) keepInputs(app.output, inputs, app, began);
  return inputs;
}

/** Takes changed code over while the cloud runs. */
function reload(cloud: Cloud, app: App, inputs: SynthesisInputs, options: StartOptions): Reloader {
  const next = new NextSynthesis(app);
  let latest = inputs;
  next.prepare(latest);
  const reloader = new Reloader({
    kernel: cloud.kernel,
    assembly: app.output,
    project: app.folder,
    inputs,
    async synthesize(bundles) {
      try {
        latest = (await writeAssembly(next.take(), app, () => {}, bundles)) ?? latest;
        return latest;
      } catch (error) {
        throw error instanceof SynthesisError ? appProblem(error.printed, app.app) : error;
      } finally {
        next.prepare(latest);
      }
    },
    async redeploy() {
      const changes = deploymentChanges(cloud.deployment, await cloud.redeploy(app.output));
      afterDeploy(options, cloud);
      return changes;
    },
    say,
  });
  return reloader;
}

/** Runs the command that is to run after each deployment. */
function afterDeploy({ afterDeploy: command }: StartOptions, cloud: Cloud): void {
  if (command !== undefined) follow(command, cloud).unref();
}

function welcome(
  { endpoint, deployment, kernel, secret }: Cloud,
  data: string | undefined,
  milliseconds: number,
): string {
  const { stacks, resources } = deployment.plan;
  const names = stacks.map(({ name }) => name).join(", ");
  return [
    `The local cloud is ready at ${endpoint} (${Math.round(milliseconds)} ms)`,
    `  stacks   ${names}: ${resources.length} resources in ${kernel.region}`,
    `  data     ${data === undefined ? "in memory, gone with this process" : `${resolve(data)}, kept between starts`}`,
    `  port     ${new URL(endpoint).port}; another one with --port or MILLRACE_PORT`,
    `  try      aws --endpoint-url ${endpoint} cloudformation describe-stacks`,
    ...(secret === undefined ? [] : secretLines(endpoint, secret)),
    "  stop     Ctrl-C",
  ].join("\n");
}

/** What callers must know, from this machine and from others. */
const secretLines = (endpoint: string, secret: string) => [
  `  secret   ${secret}`,
  "           other machines can reach this cloud: it answers only callers who know the secret of this start",
  `           programs: export AWS_SESSION_TOKEN=${secret}`,
  `           browsers: put it in front of the path, ${endpoint}/_secret/${secret}/...`,
];

/** Runs the command next to the cloud, which continues when the command ends. */
function follow(command: string, { endpoint, kernel, secret }: Cloud): ChildProcess {
  const { AWS_PROFILE: _profile, AWS_SESSION_TOKEN: _token, ...environment } = process.env;
  const child = spawn(command, {
    shell: true,
    // A group of its own: the shell does not pass signals on to what it runs, a group gets them whole.
    detached: GROUPS,
    stdio: "inherit",
    env: {
      ...environment,
      ...CREDENTIALS,
      ...(secret !== undefined && { AWS_SESSION_TOKEN: secret }),
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: kernel.region,
      AWS_DEFAULT_REGION: kernel.region,
    },
  });
  child.once("exit", (code) => {
    if (code)
      say(`"${command}" ended with ${code}. The local cloud continues at ${endpoint}; Ctrl-C stops it.`);
  });
  return child;
}

/** The first signal stops the command, then the cloud; the second ends all at once. Nothing is lost by either. */
function stopOnSignal(cloud: Cloud, child: ChildProcess | undefined, reloader: Reloader | undefined): void {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals) => {
    if (stopping) {
      if (isRunning(child)) signalGroup(child, "SIGKILL");
      process.exit(130);
    }
    stopping = true;
    if (isRunning(child)) {
      child.removeAllListeners("exit");
      const gone = once(child, "exit");
      signalGroup(child, signal);
      await gone;
    }
    reloader?.stop();
    await reloader?.settled();
    await cloud.close();
    await reloader?.close();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => void stop(signal).catch(fail));
  }
}

const isRunning = (child: ChildProcess | undefined): child is ChildProcess =>
  child?.pid !== undefined && child.exitCode === null && child.signalCode === null;

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (GROUPS) process.kill(-child.pid!, signal);
  else child.kill(signal);
}

function fail(error: unknown): never {
  process.stderr.write(
    `${error instanceof UserError ? error.message : ((error as Error)?.stack ?? error)}\n`,
  );
  process.exit(1);
}

await main().catch(fail);
