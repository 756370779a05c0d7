import type { Clock } from "../../kernel/clock.ts";
import type { Random } from "../../kernel/random.ts";
import type { FunctionCode, Output } from "../../lambda/runner.ts";
import {
  closedModules,
  cryptoModule,
  mathOf,
  promptFileSystem,
  promptFiles,
  promptWebAssembly,
} from "./builtins.ts";
import { timekeeping } from "./clock.ts";
import { consoleOf } from "./console.ts";
import { type Ask, fetchOf, httpModule } from "./http.ts";
import { Modules } from "./modules.ts";
import { overlay } from "./overlay.ts";
import { processOf } from "./process.ts";

export interface SandboxOptions {
  code: FunctionCode;
  clock: Clock;
  random: Random;
  ask: Ask;
  write(output: Output): void;
  /** The code ended its process. */
  exit(status: number): void;
}

/** Where the code of one environment runs: in this process, but with time, chance, variables and network of its own. */
export interface Sandbox {
  modules: Modules;
  process: NodeJS.Process;
  /** Milliseconds of virtual time. */
  sleep(milliseconds: number): Promise<void>;
  /** Cancels all timers. */
  stop(): void;
}

/**
 * The code sees this environment by name, as parameters around its modules, not by a change of what is global
 * here: so any number of environments run side by side, and the test around them keeps its own clock.
 */
export function createSandbox({ code, clock, random, ask, write, exit }: SandboxOptions): Sandbox {
  const time = timekeeping(clock);
  const process = processOf({ ...HOME, ...code.variables }, write, exit);
  const console = consoleOf(process, code.logFormat, write);
  const crypto = cryptoModule(random);
  const { setTimeout, clearTimeout, setInterval, clearInterval, performance } = time.globals;
  const own: Record<string, unknown> = {
    ...time.globals,
    process,
    console,
    crypto: crypto.webcrypto,
    Math: mathOf(random),
    fetch: fetchOf(ask),
    WebAssembly: promptWebAssembly,
  };
  const global = overlay(globalThis, own);
  Object.assign(own, { globalThis: global, global });

  const replaced: Record<string, unknown> = {
    ...closedModules(),
    http: httpModule(ask, "http"),
    https: httpModule(ask, "https"),
    process,
    console,
    crypto,
    fs: promptFileSystem,
    "fs/promises": promptFiles,
    timers: { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate },
    "timers/promises": time.promises,
    perf_hooks: overlay(builtin("perf_hooks") as object, { performance }),
    module: overlay(builtin("module") as object, {
      createRequire: (file: string | URL) => modules.requireOf(String(file)),
    }),
  };
  const modules = new Modules({ ...own }, (name) =>
    Object.hasOwn(replaced, name) ? replaced[name] : builtin(name),
  );
  const sleep = setTimeout as (wake: () => void, milliseconds: number) => unknown;
  return {
    modules,
    process,
    sleep: (milliseconds) => new Promise((resolve) => void sleep(resolve, milliseconds)),
    stop: time.stop,
  };
}

/** A home folder without files, as on Lambda: the user's settings must not reach the code. */
const HOME = { HOME: "/home/sbx_user1051" };

const builtin = (name: string): unknown => process.getBuiltinModule(name);
