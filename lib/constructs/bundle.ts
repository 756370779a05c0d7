import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { buildSync } from "esbuild";
import { WAITS_HANDLER } from "./waits.ts";

const SUFFIX = ".lambda.ts";

/**
 * The handler files of a folder: path by name, "draw-scene" for "video/draw-scene.lambda.ts". The one for awaited events
 * is looked for in the folder itself only. Throws where there is no such folder, or two files are called the same.
 */
export function findHandlers(folder: string): Map<string, string> {
  if (!existsSync(folder)) {
    throw new Error(
      `There is no folder ${resolve(folder)} to find handlers in. Name the one that holds your *${SUFFIX} files in "handlers".`,
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
        `Two handlers are called "${name}": ${twin} and ${join(folder, file)}. Rename one, and the step with it.`,
      );
    found.set(name, join(folder, file));
  }
  return found;
}

/**
 * Bundles each entry into `outdir/<name>/index.mjs`, all in one call of esbuild, which is about ten times as fast as
 * one call each. SDK clients are bundled: a version that was tested, and a faster cold start than the runtime's own.
 */
export function bundleHandlers(entries: Map<string, string>, outdir: string): void {
  rmSync(outdir, { recursive: true, force: true });
  buildSync({
    entryPoints: [...entries].map(([name, path]) => ({ in: path, out: join(name, "index") })),
    outdir,
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
    absWorkingDir: process.cwd(),
    logLevel: "warning",
  });
}

/** A path as messages show it. */
export function shown(path: string): string {
  return relative(process.cwd(), path) || ".";
}
