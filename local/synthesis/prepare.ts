import { existsSync, readFileSync, readSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** Files in the folder of a synthesis' records, through which the two processes communicate. */
const PREPARATION = "preparation";
const GO = "go";
/**
 * Exit code of a process that could not load a package. The app starts in a new process: in this one, the
 * package would fail with another error.
 */
export const UNPREPARED = 86;

/** What a process loads before it waits, and which one: that with this script. */
export interface Preparation {
  main: string;
  packages: readonly string[];
}

/** Lets a process that uses this folder prepare itself and wait. */
export function writePreparation(folder: string, preparation: Preparation): void {
  writeFileSync(join(folder, PREPARATION), JSON.stringify(preparation));
}

/** Allows the process of this folder to run the app when its standard input ends. */
export function letGo(folder: string): void {
  writeFileSync(join(folder, GO), "");
}

const require = createRequire(import.meta.url);

/**
 * Runs in the process of a CDK app that is started in advance: loads the packages that the app loaded last
 * time, and waits until standard input ends. Then the app runs, or the process ends if it is not needed.
 */
export function prepare(folder: string): void {
  const file = join(folder, PREPARATION);
  const isFree = () => existsSync(join(folder, GO));
  if (!existsSync(file) || isFree()) return;
  const { main, packages } = JSON.parse(readFileSync(file, "utf8")) as Preparation;
  // Processes around the app, and those that it starts, do not wait.
  if (process.argv[1] !== main) return;
  for (const path of packages) load(path);
  waitForEnd();
  if (isFree()) return;
  rmSync(folder, { recursive: true, force: true });
  process.exit();
}

/** Loads a module. `import` of a CommonJS module would also read the modules that it exports from. */
function load(path: string): void {
  try {
    require(path);
  } catch (error) {
    // A module that waits while it loads is left to the app.
    if ((error as NodeJS.ErrnoException).code !== "ERR_REQUIRE_ASYNC_MODULE") process.exit(UNPREPARED);
  }
}

const PAUSE = 20;

/** Blocks until standard input ends. */
function waitForEnd(): void {
  const byte = new Uint8Array(1);
  for (;;) {
    try {
      if (readSync(0, byte) === 0) return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF") return;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }
}
