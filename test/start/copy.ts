import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { RUN_FOLDER } from "../setup/temporary-folder.ts";

const root = join(import.meta.dirname, "../..");
const COPIED = [
  "bin",
  "lib",
  "lambdas",
  "local",
  "testing",
  "workflows",
  "console",
  "aws-limits",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "cdk.json",
  "vitest.config.ts",
  // How tests are set up, by its name in vitest.config.ts.
  "test/setup/temporary-folder.ts",
  "test/setup/compile-cache.ts",
  "test/setup/console.ts",
  "test/setup/keep-compiled-code.ts",
  "test/setup/remove-temporary-files.ts",
];

/** A folder as a clone is after `npm install`, but for the project's own tests; its packages are this project's. */
export function copyOfRepository(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "millrace-clone-")));
  for (const name of COPIED) cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

export interface Ended {
  code: number | null;
  /** What it wrote, to either stream. */
  output: string;
}

/** Runs a line of a shell in a folder. */
export function shell(line: string, cwd: string, environment: Record<string, string> = {}): Promise<Ended> {
  const { child, output } = spawnShell(line, cwd, environment);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output: output() }));
  });
}

/** The same, left running in a group of its own. */
export function spawnShell(line: string, cwd: string, environment: Record<string, string> = {}) {
  // Vitest's own variables would make a run of Vitest within take itself for a worker of this one.
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV$|TEST$)/.test(name));
  const child = spawn(line, {
    shell: true,
    cwd,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...Object.fromEntries(inherited),
      PATH: searchPath(),
      NO_COLOR: "1",
      ...environment,
    },
  });
  let written = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      written += text;
    });
  }
  return { child, output: () => written };
}

/**
 * Commands that do what npm does, in a tenth of its time: Node runs the scripts of a package.json itself, and `npx` of
 * an installed package runs its file. npm does anything else.
 */
const QUICK = {
  npm: `case "$1" in run) shift; exec node --run "$@";; esac\nPATH="\${PATH#*:}" exec npm "$@"`,
  npx: `command="$1"; shift\nexec "node_modules/.bin/$command" "$@"`,
};
let quick: string | undefined;

function quickCommands(): string {
  if (quick) return quick;
  quick = mkdtempSync(join(process.env[RUN_FOLDER] ?? tmpdir(), "millrace-commands-"));
  for (const [name, text] of Object.entries(QUICK))
    writeFileSync(join(quick, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return quick;
}

/** A user's own folder: without this project's commands, but with its Node. */
function searchPath(): string {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const own = folders.filter((folder) => !folder.endsWith(join("node_modules", ".bin")));
  return [quickCommands(), dirname(process.execPath), ...own].join(delimiter);
}
