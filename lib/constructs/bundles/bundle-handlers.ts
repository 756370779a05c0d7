import { existsSync, readdirSync, rmSync } from "node:fs";
import { extname, join, relative, resolve } from "node:path";
import { type Bundled, bundle, type Entry, POOL_SOURCE } from "./bundle.ts";
import type { KnownDigests } from "./bundle-inputs.ts";
import { projectCache } from "./project-cache.ts";

const POOL_HANDLER = ownHandler("pool-handler");
const EXPRESS_HANDLER = ownHandler("express-handler");

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
 * message to that of its step, and each event to `intake` if there is one.
 */
export function bundlePool(
  steps: Map<string, string>,
  intake: string | undefined,
  outdir: string,
  cache = projectCache(),
  known: KnownDigests = new Map(),
): Bundled[] {
  const imports = [...steps.values()].map(
    (path, position) => `import { handler as step${position} } from ${JSON.stringify(imported(path))};`,
  );
  const handlers = [...steps.keys()].map((name, position) => `${JSON.stringify(name)}: step${position}`);
  const pooled = `{ ${handlers.join(", ")} }`;
  const text = intake
    ? [
        `import { expressHandler } from ${JSON.stringify(imported(EXPRESS_HANDLER))};`,
        `import { handler as intake } from ${JSON.stringify(imported(intake))};`,
        ...imports,
        `export const handler = expressHandler(intake, ${pooled});`,
      ]
    : [
        `import { poolHandler } from ${JSON.stringify(imported(POOL_HANDLER))};`,
        ...imports,
        `export const handler = poolHandler(${pooled});`,
      ];
  return bundle([{ out: POOL_SOURCE, from: { text: text.join("\n") } }], () => outdir, cache, known);
}

/** The path of one of Millrace's handlers, which are compiled where the library is. */
function ownHandler(name: string): string {
  const file = `${name}${extname(import.meta.filename)}`;
  return join(import.meta.dirname, "../../../lambdas/runtime/handlers", file);
}

/** A path as an import specifier in the working directory. */
function imported(path: string): string {
  return `./${relative(process.cwd(), resolve(path)).replaceAll("\\", "/")}`;
}
