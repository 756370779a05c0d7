import { readAssembly } from "./assembly/assembly.ts";
import type { Deployment } from "./assembly/deploy.ts";
import { compose, redeploy } from "./cloud/composition.ts";
import { openStore } from "./cloud/data.ts";
import { type Clock, realClock } from "./kernel/clock.ts";
import { Kernel } from "./kernel/kernel.ts";
import { type Random, systemRandom } from "./kernel/random.ts";
import { roleOfAccessKey } from "./lambda/roles.ts";
import type { LimitFigures } from "./limits/figures.ts";
import { Limits } from "./limits/limits.ts";
import { statusService } from "./reload/status-service.ts";
import { Secret } from "./wire/secret.ts";
import { listen } from "./wire/server.ts";

export interface CloudOptions {
  /** The cloud assembly: the output of `cdk synth`. */
  assembly: string;
  /** Folder that stores everything between starts; undefined stores nothing. */
  data: string | undefined;
  /** 0 uses a free one. */
  port: number;
  /**
   * With an address other than the loopback, every caller needs the secret of the start. @default "127.0.0.1"
   */
  host?: string;
  /** @default the machine's */
  clock?: Clock;
  /** @default the machine's */
  random?: Random;
  /** The account's rates and concurrency, once the app is deployed. @default no limits */
  limits?: LimitFigures | undefined;
  /** Receives a line for each internal error of the local cloud. @default standard error */
  report?: (line: string) => void;
  /** Address of an X-Ray daemon, "127.0.0.1:2000", to which functions with active tracing send. @default none */
  traceDaemon?: string | undefined;
  /** A debugger is attached, or may be: functions have no time limit. @default false */
  debugged?: boolean | undefined;
}

/** A running cloud with the app deployed. */
export interface Cloud {
  /** "http://127.0.0.1:4566" */
  readonly endpoint: string;
  readonly kernel: Kernel;
  /**
   * The secret that requests must contain if other machines can send them: see `wire/secret.ts`. A new one
   * for each start.
   */
  readonly secret: string | undefined;
  /** The app's stacks with their resources and outputs. */
  readonly deployment: Deployment;
  /**
   * Deploys another assembly while everything keeps running. Throws UserError if it is refused; then nothing
   * has changed.
   */
  redeploy(assembly: string): Promise<Deployment>;
  /**
   * Accepts no new work, waits for running work, releases timers and threads, and closes the data. The next
   * start continues.
   */
  close(): Promise<void>;
}

const SECRET_BYTES = 24;

/**
 * Starts a cloud from an assembly: everything is planned before anything is created, and requests are
 * answered when the deployment is complete. Throws UserError for problems that the user can fix.
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const {
    data,
    port,
    host,
    clock = realClock(),
    random = systemRandom(),
    report,
    traceDaemon,
    debugged,
  } = options;
  const assembly = readAssembly(options.assembly);
  const listener = await listen({ host, port });
  const opened: { close(): Promise<void> | void }[] = [listener];
  const close = async () => {
    for (const one of opened.splice(0).reverse()) await one.close();
  };
  try {
    const store = openStore(data);
    opened.unshift(store);
    const { account, region } = assembly;
    const secret = listener.isPublic
      ? new Secret(random.bytes(SECRET_BYTES).toString("base64url"))
      : undefined;
    const environment = { endpoint: listener.url, account, region, report, traceDaemon, debugged };
    const sessionToken = secret && ((accessKey: string) => secret.tokenOf(accessKey));
    const kernel = new Kernel({ clock, random, store, sessionToken, ...environment });
    opened.push({ close: () => stop(kernel) });
    const deployment = await store.whole(() => compose(kernel, assembly));
    let current = { assembly, deployment };
    if (options.limits) kernel.limits = new Limits(options.limits, clock);
    // The console polls this route. With code reloading, the reloader replaces it.
    kernel.register(statusService(process.cwd(), listener.url));
    for (const service of kernel.all()) service.start?.();
    await store.flushed();
    listener.answerWith(kernel, (accessKey) => roleOfAccessKey(accessKey, kernel.account), secret);
    return {
      endpoint: listener.url,
      kernel,
      secret: secret?.text,
      close,
      get deployment() {
        return current.deployment;
      },
      async redeploy(folder) {
        const next = readAssembly(folder);
        current = { assembly: next, deployment: await redeploy(kernel, next, current) };
        await store.flushed();
        return current.deployment;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Waits for running work if it ends soon: an interrupted function would hold its message until its visibility
 * timeout.
 */
const FINISHING = 10_000;

async function stop(kernel: Kernel): Promise<void> {
  for (const service of kernel.all()) service.pause?.();
  await new Promise<void>((resolve) => {
    const cancel = kernel.clock.at(kernel.clock.now() + FINISHING, resolve);
    void kernel.work.idle().then(() => {
      cancel();
      resolve();
    });
  });
  await Promise.all(kernel.all().map((service) => service.stop?.()));
}
