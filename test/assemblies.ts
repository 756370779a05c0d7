import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App } from "aws-cdk-lib";
import { RUN_FOLDER } from "./setup/temporary-folder.ts";

const ROOT = join(import.meta.dirname, "..");
/** What an app of the tests is made of. */
const SOURCES = ["lib", "lambdas", "workflows", "bin", "examples", "contracts", "console", "bench", "test"];

/**
 * The assembly of an app, which is synthesized once for all tests of a run that name it: `synthesize` gets the folder
 * to write to. No test may change it.
 */
export function sharedAssembly(name: string, synthesize: (outdir: string) => App): string {
  const all = join(process.env[RUN_FOLDER] ?? tmpdir(), "assemblies", sourcesDigest());
  const folder = join(all, name);
  const [lock, done] = [`${folder}.lock`, `${folder}.done`];
  mkdirSync(all, { recursive: true });
  while (!existsSync(done)) {
    if (!taken(lock)) {
      sleep(100); // Another process synthesizes it.
      continue;
    }
    try {
      if (!existsSync(done)) {
        synthesize(folder).synth();
        storeOnce(folder, join(all, ".files"));
        writeFileSync(done, "");
      }
    } finally {
      rmdirSync(lock);
    }
  }
  return folder;
}

/** Large enough for a link to be worth it. */
const LARGE = 10_000;

/**
 * Keeps one copy of equal files on the disk: most functions of an app are the same in others. The bundles are removed,
 * since the assets are copies of them, and so are the source maps, which are larger than the code.
 */
function storeOnce(assembly: string, files: string): void {
  rmSync(join(assembly, "bundles"), { recursive: true, force: true });
  mkdirSync(files, { recursive: true });
  for (const entry of readdirSync(assembly, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || statSync(path).size < LARGE) continue;
    if (path.endsWith(".map")) {
      rmSync(path);
      continue;
    }
    const same = join(files, createHash("sha256").update(readFileSync(path)).digest("hex"));
    link(path, same);
    rmSync(path);
    link(same, path);
  }
}

/** Makes a second path of a file, unless there is one. */
function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") copyFileSync(from, to);
  }
}

/** Whether this process is the one that makes the folder. */
function taken(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
}

const sleep = (milliseconds: number) =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

let known: string | undefined;

/** Distinguishes versions of the sources, which may be edited while Vitest watches. */
function sourcesDigest(): string {
  known ??= createHash("sha256")
    .update(JSON.stringify(SOURCES.flatMap((folder) => stamps(join(ROOT, folder)))))
    .digest("hex")
    .slice(0, 16);
  return known;
}

function stamps(folder: string): unknown[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ["node_modules", "dist"].includes(entry.name) ? [] : stamps(path);
    const { size, mtimeMs } = statSync(path);
    return [[path, size, mtimeMs]];
  });
}
