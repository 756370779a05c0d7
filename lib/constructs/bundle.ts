import { createHash } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { type BuildOptions, buildSync, version } from "esbuild";
import { BundleCache, write } from "./bundle-cache.ts";
import { WAITS_HANDLER } from "./waits.ts";

const SUFFIX = ".lambda.ts";
const POOL_HANDLER = join(
  import.meta.dirname,
  `../../lambdas/runtime/handlers/pool-handler${extname(import.meta.filename)}`,
);
/** What is not a file has a name in messages and source maps even so. */
const POOL_SOURCE = "pool";

/**
 * The handler files of a folder: path by name, "draw-scene" for "video/draw-scene.lambda.ts". The one for awaited events
 * is looked for in the folder itself only. Throws where there is no such folder, or two files are called the same.
 */
export function findHandlers(folder: string): Map<string, string> {
  if (!existsSync(folder)) {
    throw new Error(
      `The handlers folder ${resolve(folder)} does not exist. Set "handlers" to the folder that contains your *${SUFFIX} files.`,
    );
  }
  const found = new Map<string, string>();
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    if (!file.endsWith(SUFFIX) || file.includes("node_modules")) continue;
    const name = basename(file, SUFFIX);
    // There is one for an app; a folder below may be that of another app.
    if (name === WAITS_HANDLER && dirname(file) !== ".") continue;
    const twin = found.get(name);
    if (twin)
      throw new Error(
        `Two handlers have the name "${name}": ${twin} and ${join(folder, file)}. Rename one file and its step.`,
      );
    found.set(name, join(folder, file));
  }
  return found;
}

const OPTIONS = {
  outExtension: { ".js": ".mjs" },
  bundle: true,
  minify: true,
  sourcemap: "linked",
  sourcesContent: false,
  platform: "node",
  target: "node24",
  format: "esm",
  mainFields: ["module", "main"],
  // CommonJS packages inside an ES module still call require for Node's own modules.
  banner: {
    js: 'import { createRequire as createRequireOfNode } from "node:module"; const require = createRequireOfNode(import.meta.url);',
  },
  loader: { ".wasm": "binary", ".ttf": "binary", ".md": "text" },
  logLevel: "warning",
} satisfies BuildOptions;

/**
 * Bundles each entry into `outdir/<name>/index.mjs`, all in one call of esbuild, which is several times as fast as
 * one call each. SDK clients are bundled: a version that was tested, and a faster cold start than the runtime's own.
 * What was bundled before, from the same files in the same way, is taken from the cache, where there is one.
 */
export function bundleHandlers(entries: Map<string, string>, outdir: string, cache = projectCache()): void {
  bundle(
    { entryPoints: [...entries].map(([name, path]) => ({ in: path, out: join(name, "index") })) },
    outdir,
    cache,
  );
}

/** Bundles the handlers of steps, by their names, into `outdir/index.mjs`: one handler that gives each message to that of its step. */
export function bundlePool(steps: Map<string, string>, outdir: string, cache = projectCache()): void {
  const imports = [...steps.values()].map(
    (path, position) => `import { handler as step${position} } from ${JSON.stringify(imported(path))};`,
  );
  const handlers = [...steps.keys()].map((name, position) => `${JSON.stringify(name)}: step${position}`);
  const contents = [
    `import { poolHandler } from ${JSON.stringify(imported(POOL_HANDLER))};`,
    ...imports,
    `export const handler = poolHandler({ ${handlers.join(", ")} });`,
  ].join("\n");
  bundle(
    { stdin: { contents, resolveDir: process.cwd(), sourcefile: POOL_SOURCE }, entryNames: "index" },
    outdir,
    cache,
  );
}

/** A path as code in the working directory imports it. */
function imported(path: string): string {
  return `./${relative(process.cwd(), resolve(path)).replaceAll("\\", "/")}`;
}

function bundle(entry: BuildOptions, outdir: string, cache: BundleCache | undefined): void {
  rmSync(outdir, { recursive: true, force: true });
  const options = {
    ...OPTIONS,
    ...entry,
    absWorkingDir: process.cwd(),
    // A place that is the same for every app: source maps name sources from there, and so bundles are the same too.
    outdir: "bundles",
  };
  const key = digestOfText(JSON.stringify([version, options, process.env.NODE_PATH]));
  if (cache?.take(key, outdir)) return;
  const began = Date.now();
  const { outputFiles, metafile, warnings } = buildSync({ ...options, write: false, metafile: true });
  const inputs = Object.keys(metafile.inputs).filter((input) => input !== POOL_SOURCE);
  const files = outputFiles.map(({ path, contents }) => ({
    path: relative("bundles", path),
    content: contents,
  }));
  for (const file of files) write(outdir, file);
  // What esbuild warns of, it warns of each time.
  if (warnings.length === 0) cache?.keep(key, inputs, files, began);
}

/** The cache folder of tools, next to the packages of the project. */
function projectCache(folder = process.cwd()): BundleCache | undefined {
  const packages = join(folder, "node_modules");
  if (existsSync(packages)) return new BundleCache(join(packages, ".cache", "millrace"));
  return dirname(folder) === folder ? undefined : projectCache(dirname(folder));
}

const digestOfText = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 32);

/** A path as messages show it. */
export function shown(path: string): string {
  return relative(process.cwd(), path) || ".";
}
