import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App } from "aws-cdk-lib";

const ROOT = join(import.meta.dirname, "..");
/** What an app of the tests is made of. */
const SOURCES = ["lib", "lambdas", "workflows", "bin", "examples", "contracts", "console", "bench", "test"];

/**
 * The assembly of an app, which is synthesized once for all tests of a run that name it: `synthesize` gets the folder
 * to write to. No test may change it.
 */
export function sharedAssembly(name: string, synthesize: (outdir: string) => App): string {
  const folder = join(tmpdir(), "assemblies", sourcesDigest(), name);
  const [lock, done] = [`${folder}.lock`, `${folder}.done`];
  mkdirSync(join(folder, ".."), { recursive: true });
  while (!existsSync(done)) {
    if (!taken(lock)) {
      sleep(100); // Another process synthesizes it.
      continue;
    }
    try {
      if (!existsSync(done)) synthesize(folder).synth();
      writeFileSync(done, "");
    } finally {
      rmdirSync(lock);
    }
  }
  return folder;
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
