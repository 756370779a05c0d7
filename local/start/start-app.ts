import type { ChildProcess } from "node:child_process";
import inspector from "node:inspector";
import { prepareFolder } from "../cloud/data.ts";
import { type Cloud, startCloud } from "../cloud.ts";
import { reloadApp } from "../reload/reload-app.ts";
import type { Reloader } from "../reload/reloader.ts";
import { statusService } from "../reload/status-service.ts";
import { appOf, synthesizeApp } from "../synthesis/app.ts";
import { refuseTaken } from "../wire/free.ts";
import { killCommand, runCommand, stopCommand } from "./command.ts";
import { fail } from "./fail.ts";
import { readOptions, type StartOptions, USAGE } from "./options.ts";
import { welcome } from "./welcome.ts";

/** Milliseconds after which a stop is announced. */
const LONG_STOP = 500;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Synthesizes the CDK app, starts the local cloud, and runs a command next to it, as the command line of this process says. */
export async function startApp(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.help) return say(USAGE);
  await refuseTaken(options.host, options.port);
  if (options.inspect !== undefined && inspector.url() === undefined)
    inspector.open(options.inspect, "127.0.0.1");
  // An editor that has started this process is attached already.
  const debugged = inspector.url() !== undefined;
  if (options.data !== undefined) prepareFolder(options.data);
  const app = options.assembly === undefined ? appOf(options) : undefined;
  const inputs = app && (await synthesizeApp(app, options, say));
  const assembly = options.assembly ?? app!.output;
  const began = performance.now();
  const cloud = await startCloud({ ...options, assembly, debugged });
  const took = performance.now() - began;
  const deployed = () => afterDeploy(options, cloud);
  const reloader =
    app && inputs && options.watch ? reloadApp(cloud, app, inputs, { say, deployed }) : undefined;
  cloud.kernel.register(statusService(process.cwd(), cloud.endpoint, reloader));
  const child = options.command === undefined ? undefined : runCommand(options.command, cloud, say);
  // The process that reads the ready message may stop it at once.
  stopOnSignal(cloud, child, reloader);
  say(welcome(cloud, options.data, took));
  if (reloader) say(WATCHING);
  if (debugged) {
    // First the code that breakpoints can be set in: an event may be sent as soon as the address is printed.
    await reloader?.makeReadable();
    say(`  debug    ${inspector.url()}; functions have no time limit`);
  }
  deployed();
}

const WATCHING = "  reload   changed code is taken over while this runs";

const STOPPING =
  "Stopping: what runs has some seconds to end. Ctrl-C again ends it at once; no data is lost.";

/** Runs the command that is to run after each deployment. */
function afterDeploy({ afterDeploy: command }: StartOptions, cloud: Cloud): void {
  if (command !== undefined) runCommand(command, cloud, say).unref();
}

/** The first signal stops the command, then the cloud; the second ends everything at once. Neither loses data. */
function stopOnSignal(cloud: Cloud, child: ChildProcess | undefined, reloader: Reloader | undefined): void {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals) => {
    if (stopping) {
      killCommand(child);
      process.exit(130);
    }
    stopping = true;
    setTimeout(say, LONG_STOP, STOPPING).unref();
    await stopCommand(child, signal);
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
