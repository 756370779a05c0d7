import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { basename, dirname, relative, resolve } from "node:path";
import { type BuildOptions, buildSync, version } from "esbuild";
import { type BundleCache, write } from "./bundle-cache.ts";
import { inputsOf, type KnownDigests } from "./bundle-inputs.ts";
import { OPTIONS, OUTDIR } from "./bundle-options.ts";
import { sdkFiles } from "./bundle-sdk.ts";
import { MadeBundles } from "./made-bundles.ts";

/** A module that is not a file needs a name for messages and source maps. */
export const POOL_SOURCE = "pool";

/** How a bundle was made: with this, tools make it again when one of its files changes. */
export interface Bundled {
  /** Differs for bundles of other entries or options. */
  readonly key: string;
  /** Folder of the bundle. */
  readonly folder: string;
  /** Options of esbuild. The bundle is in `outdir`, below `out`. */
  readonly options: BuildOptions;
  /** Name of the bundle's folder in `outdir`. */
  readonly out: string;
  /** Absolute paths of its files. */
  readonly inputs: readonly string[];
  /** Epoch milliseconds before the first of them was read. */
  readonly began: number;
}

/** An entry to bundle: a file, or the text of a module. */
export interface Entry {
  /** Name of the folder for it. */
  readonly out: string;
  readonly from: { readonly file: string } | { readonly text: string };
}

/** Bundles the entries that are not in the cache. `folderOf` answers the output folder of an entry. */
export function bundle(
  entries: readonly Entry[],
  folderOf: (out: string) => string,
  cache: BundleCache | undefined,
  known: KnownDigests,
): Bundled[] {
  const others = new MadeBundles();
  const began = Date.now();
  const all = entries.map((entry) => {
    const options = optionsOf([entry]);
    const key = digestOfText(JSON.stringify([version, options, process.env.NODE_PATH]));
    const folder = folderOf(entry.out);
    const found = others.take(key, folder) ?? cached(key, folder);
    return { entry, options, key, folder, found };
  });
  const made = build(
    all.filter(({ found }) => !found).map((one) => ({ ...one, out: one.entry.out })),
    cache,
  );
  const sdk = sdkFiles(cache, known);
  cache?.keepDigests();
  for (const { folder } of all) for (const file of sdk) write(folder, file);
  return all.map(({ entry: { out }, options, key, folder, found }) => {
    const { inputs, began: read } = found ?? { inputs: made.get(out)!, began };
    return { key, folder, options, out, inputs: inputs.map((input) => resolve(input)), began: read };
  });

  function cached(key: string, folder: string) {
    rmSync(folder, { recursive: true, force: true });
    const inputs = cache?.take(key, folder, known);
    return inputs && { inputs, began };
  }
}

function optionsOf(entries: readonly Entry[]) {
  const files = entries.flatMap(({ out, from }) =>
    "file" in from ? [{ in: from.file, out: `${out}/index` }] : [],
  );
  const texts = entries.flatMap(({ from }) => ("text" in from ? [from.text] : []));
  return {
    ...OPTIONS,
    sourcemap: "linked",
    sourcesContent: false,
    // The SDK's parts are files next to the bundle.
    define: { MILLRACE_BUNDLED: "true" },
    ...(files.length > 0 && { entryPoints: files }),
    ...texts.map((contents) => ({
      stdin: { contents, resolveDir: process.cwd(), sourcefile: POOL_SOURCE },
      entryNames: `${POOL_SOURCE}/index`,
    }))[0],
    absWorkingDir: process.cwd(),
    outdir: OUTDIR,
  } satisfies BuildOptions;
}

/** Bundles entries together, writes and stores them. Answers the inputs of each by its name. */
function build(
  entries: readonly { entry: Entry; out: string; key: string; folder: string }[],
  cache: BundleCache | undefined,
): Map<string, string[]> {
  if (entries.length === 0) return new Map();
  const began = Date.now();
  const options = optionsOf(entries.map(({ entry }) => entry));
  const { outputFiles, metafile, warnings } = buildSync({ ...options, write: false, metafile: true });
  const made = outputFiles.map(({ path, contents }) => ({ path: relative(OUTDIR, path), content: contents }));
  const known: KnownDigests = new Map();
  return new Map(
    entries.map(({ out, key, folder }) => {
      const files = made
        .filter(({ path }) => dirname(path) === out)
        .map(({ path, content }) => ({ path: basename(path), content }));
      for (const file of files) write(folder, file);
      const entry = metafile.outputs[`${OUTDIR}/${out}/index.mjs`]!.entryPoint!;
      const inputs = inputsOf(metafile, [entry]).filter((path) => path !== POOL_SOURCE);
      // A bundle with warnings is not cached, so that esbuild repeats the warning each time.
      if (warnings.length === 0) cache?.keep(key, inputs, files, began, known);
      return [out, inputs];
    }),
  );
}

const digestOfText = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 32);
