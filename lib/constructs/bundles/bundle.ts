import { createHash } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { type BuildOptions, buildSync, version } from "esbuild";
import { DefinitionError } from "../../contract/definition-error.ts";
import { BundleCache, write } from "./bundle-cache.ts";
import { inputsOf, type KnownDigests } from "./bundle-inputs.ts";
import { OPTIONS, OUTDIR } from "./bundle-options.ts";
import { sdkFiles } from "./bundle-sdk.ts";
import { MadeBundles } from "./made-bundles.ts";

const SUFFIX = ".lambda.ts";
const POOL_HANDLER = join(
  import.meta.dirname,
  `../../../lambdas/runtime/handlers/pool-handler${extname(import.meta.filename)}`,
);
/** A module that is not a file needs a name for messages and source maps. */
const POOL_SOURCE = "pool";

/**
 * The handler files of a folder: path by name, "draw-scene" for "video/draw-scene.lambda.ts". The one for
 * awaited events must be in the folder itself. Throws if the folder does not exist, or if two files have the
 * same name.
 */
export function findHandlers(folder: string): Map<string, string> {
  if (!existsSync(folder)) {
    throw new DefinitionError(
      `The handlers folder ${resolve(folder)} does not exist. Set "handlers" to the folder that contains your *${SUFFIX} files.`,
    );
  }
  const found = new Map<string, string>();
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    if (!file.endsWith(SUFFIX) || file.includes("node_modules")) continue;
    const name = basename(file, SUFFIX);
    // An app has one; a folder below may belong to another app.
    if (name === WAITS_HANDLER && dirname(file) !== ".") continue;
    const twin = found.get(name);
    if (twin)
      throw new DefinitionError(
        `Two handlers have the name "${name}": ${twin} and ${join(folder, file)}. Rename one file and its step.`,
      );
    found.set(name, join(folder, file));
  }
  return found;
}

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
interface Entry {
  /** Name of the folder for it. */
  readonly out: string;
  readonly from: { readonly file: string } | { readonly text: string };
}

/**
 * Bundles each entry into `outdir/<name>/index.mjs`, all in one call of esbuild, which is several times as
 * fast as one call each. SDK clients come with them: a tested version, and a faster cold start than the
 * runtime's own. Those that only Millrace uses are files next to the bundle. Bundles of the same files and options come from the process that runs the app, or from the cache.
 * `known`: digests that were made just now, for other bundles of the same files.
 */
export function bundleHandlers(
  entries: Map<string, string>,
  outdir: string,
  cache = projectCache(),
  known: KnownDigests = new Map(),
): Bundled[] {
  for (const name of existsSync(outdir) ? readdirSync(outdir) : [])
    if (!entries.has(name)) rmSync(join(outdir, name), { recursive: true });
  const all = [...entries].map(([out, file]): Entry => ({ out, from: { file } }));
  return bundle(all, (out) => join(outdir, out), cache, known);
}

/**
 * Bundles the handlers of steps, by their names, into `outdir/index.mjs`: one handler that passes each
 * message to that of its step.
 */
export function bundlePool(
  steps: Map<string, string>,
  outdir: string,
  cache = projectCache(),
  known: KnownDigests = new Map(),
): Bundled[] {
  const imports = [...steps.values()].map(
    (path, position) => `import { handler as step${position} } from ${JSON.stringify(imported(path))};`,
  );
  const handlers = [...steps.keys()].map((name, position) => `${JSON.stringify(name)}: step${position}`);
  const text = [
    `import { poolHandler } from ${JSON.stringify(imported(POOL_HANDLER))};`,
    ...imports,
    `export const handler = poolHandler({ ${handlers.join(", ")} });`,
  ].join("\n");
  return bundle([{ out: POOL_SOURCE, from: { text } }], () => outdir, cache, known);
}

/** A path as an import specifier in the working directory. */
function imported(path: string): string {
  return `./${relative(process.cwd(), resolve(path)).replaceAll("\\", "/")}`;
}

/** Bundles the entries that are not in the cache. `folderOf` answers the output folder of an entry. */
function bundle(
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

const caches = new Map<string, BundleCache>();

/** The cache folder for tools, next to the packages of the project. */
export function projectCache(folder = process.cwd()): BundleCache | undefined {
  const packages = join(folder, "node_modules");
  if (!existsSync(packages)) return dirname(folder) === folder ? undefined : projectCache(dirname(folder));
  // The digests of files that it has read serve each construct of the process.
  const cache = caches.get(packages) ?? new BundleCache(join(packages, ".cache", "millrace"));
  caches.set(packages, cache);
  return cache;
}

const digestOfText = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 32);

/** A path for messages. */
export function shown(path: string): string {
  return relative(process.cwd(), path) || ".";
}

/** Name of the user's handler that knows the contracts of awaited events: `waits.lambda.ts`. */
export const WAITS_HANDLER = "waits";
