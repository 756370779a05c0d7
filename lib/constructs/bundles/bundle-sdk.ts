import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { basename, extname, join, relative } from "node:path";
import { type BuildOptions, buildSync, version } from "esbuild";
import type { BundleCache, BundledFile } from "./bundle-cache.ts";
import { inputsOf, type KnownDigests } from "./bundle-inputs.ts";
import { OPTIONS, OUTDIR } from "./bundle-options.ts";

/** The parts of the SDK that functions load while they run, one file for each service. */
const PARTS = join(import.meta.dirname, "../../../lambdas/runtime/aws/client/sdk");
const SUFFIX = extname(import.meta.filename);

/** The folder next to a bundle from which it loads them. */
const FOLDER = "sdk";

/** Those of this process, by their keys. */
const made = new Map<string, readonly BundledFile[]>();

/**
 * The parts of the SDK as files for the folder of a bundle: the same for all functions. What several parts
 * need is in files of its own. Code in other files costs a cold start nothing until it is used.
 */
export function sdkFiles(cache: BundleCache | undefined, known: KnownDigests): readonly BundledFile[] {
  const options = optionsOf();
  const key = keyOf(options);
  const files = made.get(key) ?? cache?.read(key, known)?.files ?? build(options, key, cache);
  made.set(key, files);
  return files;
}

function optionsOf() {
  const names = readdirSync(PARTS).filter((name) => extname(name) === SUFFIX);
  return {
    ...OPTIONS,
    splitting: true,
    entryPoints: names.sort().map((name) => ({ in: join(PARTS, name), out: basename(name, SUFFIX) })),
    absWorkingDir: process.cwd(),
    outdir: OUTDIR,
  } satisfies BuildOptions;
}

function build(options: BuildOptions, key: string, cache: BundleCache | undefined): readonly BundledFile[] {
  const began = Date.now();
  const { outputFiles, metafile, warnings } = buildSync({ ...options, write: false, metafile: true });
  const files = outputFiles.map(({ path, contents }) => ({
    path: join(FOLDER, relative(OUTDIR, path)),
    content: contents,
  }));
  const entries = Object.values(metafile.outputs).flatMap(({ entryPoint }) => entryPoint ?? []);
  if (warnings.length === 0) cache?.keep(key, inputsOf(metafile, entries), files, began);
  return files;
}

const keyOf = (options: BuildOptions) =>
  createHash("sha256")
    .update(JSON.stringify([version, options, process.env.NODE_PATH]))
    .digest("hex")
    .slice(0, 32);
