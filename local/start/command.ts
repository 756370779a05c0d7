import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Cloud } from "../cloud.ts";

const CREDENTIALS = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };

/** Windows has no process groups. */
const GROUPS = process.platform !== "win32";

/** Runs the command next to the cloud, which continues when the command ends. */
export function runCommand(
  command: string,
  { endpoint, kernel, secret }: Cloud,
  say: (line: string) => void,
): ChildProcess {
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

/** Sends a signal to a command, and waits until it has ended. */
export async function stopCommand(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (!isRunning(child)) return;
  child.removeAllListeners("exit");
  const gone = once(child, "exit");
  signalGroup(child, signal);
  await gone;
}

/** Ends a command at once. */
export function killCommand(child: ChildProcess | undefined): void {
  if (isRunning(child)) signalGroup(child, "SIGKILL");
}

const isRunning = (child: ChildProcess | undefined): child is ChildProcess =>
  child?.pid !== undefined && child.exitCode === null && child.signalCode === null;

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (GROUPS) process.kill(-child.pid!, signal);
  else child.kill(signal);
}
