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
import { DefinitionError } from "../../contract/definition-error.ts";
import { shown } from "../bundles/find-handlers.ts";

/** The console's sources are next to the library. */
const CONSOLE = join(import.meta.dirname, "../../../console");
/** In the built folder: the digest of the sources from which it was built. */
const MARK = ".sources";
/** How often replacing a folder is tried while others replace it. */
const TRIES = 5;

/**
 * The folder of the built console: index.html, assets/ and the other files of its page. It is built here if
 * it is missing or older than its sources, which takes some seconds: a fresh clone deploys without a separate
 * build.
 *
 * The function that serves it needs it in its bundle: copy the folder next to the handler, as `console/`.
 *
 * @param project folder of the console's sources; the built one is its `dist`. Default: Millrace's own
 * @throws Error with the output of the build, if it fails
 */
export function consoleFolder(project: string = CONSOLE): string {
  const built = join(project, "dist");
  // A package contains only the built console.
  if (!existsSync(join(project, "index.html")) && existsSync(join(built, "index.html"))) return built;
  const sources = digestOf(project);
  if (receiptOf(built) !== sources) build(project, built, sources);
  return built;
}

function receiptOf(folder: string): string | undefined {
  const file = join(folder, MARK);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/**
 * All inputs of a build: the console's own files, and the versions of packages. Its other imports are types.
 */
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

/**
 * Several synths may find it out of date at the same time: each builds into a folder of its own, and the
 * first to finish wins.
 */
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
    // A temporary folder is readable only by its owner, and another user may serve the console.
    chmodSync(own, 0o755);
    replace(own, built, sources);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/**
 * A folder cannot be renamed onto a non-empty one, so the old one is removed first; another synth may do so
 * meanwhile.
 */
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
