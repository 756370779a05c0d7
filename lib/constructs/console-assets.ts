import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { DefinitionError } from "../contract/definition-error.ts";
import { shown } from "./bundle.ts";

/** The console's sources are next to the library. */
const CONSOLE = join(import.meta.dirname, "../../console");
/** In the built folder: the digest of the sources that it was built from. */
const MARK = ".sources";
/** How often a folder that others replace at the same time is tried to be replaced. */
const TRIES = 5;

/**
 * The folder of the built console: index.html, assets/ and what else its page loads. It is built here when there is none,
 * or when it is older than its sources, which takes some seconds: a fresh clone deploys without a step before.
 *
 * The function that serves it gets it into its bundle: copy the folder next to the handler, as `console/`.
 *
 * @param project folder of the console's sources; the built one is its `dist`. Default: Millrace's own
 * @throws Error with what the build said, when it fails
 */
export function consoleFolder(project: string = CONSOLE): string {
  const built = join(project, "dist");
  // A package has the built console alone.
  if (!existsSync(join(project, "index.html")) && existsSync(join(built, "index.html"))) return built;
  const sources = digestOf(project);
  if (receiptOf(built) !== sources) build(project, built, sources);
  return built;
}

function receiptOf(folder: string): string | undefined {
  const file = join(folder, MARK);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Of all that a build reads: the console's own files, and the versions of packages. What it imports else are types. */
function digestOf(project: string): string {
  const hash = createHash("sha256");
  const own = ["index.html", "vite.config.ts", "precompress.ts"].map((file) => join(project, file));
  const files = [...own, ...filesIn(join(project, "public")), ...filesIn(join(project, "src"))];
  for (const file of [...files, join(dirname(project), "package-lock.json")]) {
    if (existsSync(file)) hash.update(relative(project, file)).update(readFileSync(file));
  }
  return hash.digest("hex");
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Several synths may find it out of date at once: each builds into a folder of its own, and the first to finish wins. */
function build(project: string, built: string, sources: string): void {
  const own = mkdtempSync(`${built}-`);
  try {
    const vite = join(dirname(createRequire(import.meta.url).resolve("vite/package.json")), "bin/vite.js");
    const { status, stderr, stdout, error } = spawnSync(
      process.execPath,
      [vite, "build", project, "--outDir", own, "--emptyOutDir", "--logLevel", "warn"],
      // Tests set another mode, and would get the development build.
      { encoding: "utf8", env: { ...process.env, NODE_ENV: "production" } },
    );
    if (status !== 0) {
      const said = [error?.message, stderr, stdout].filter(Boolean).join("\n").trim();
      throw new DefinitionError(
        `The console in ${shown(project)} could not be built. Fix the error, and check with "npm run build:console".\n${said}`,
      );
    }
    writeFileSync(join(own, MARK), sources);
    // A temporary folder is for its owner alone, and what serves the console may be another.
    chmodSync(own, 0o755);
    replace(own, built, sources);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/** A folder cannot be renamed onto one that holds something, so the old one goes first; another synth may do so meanwhile. */
function replace(own: string, built: string, sources: string): void {
  for (let tries = 1; receiptOf(built) !== sources; tries++) {
    const old = mkdtempSync(`${built}-`);
    try {
      if (existsSync(built)) renameSync(built, join(old, "before"));
      renameSync(own, built);
    } catch (error) {
      if (tries >= TRIES) throw error;
    } finally {
      rmSync(old, { recursive: true, force: true });
    }
  }
}
