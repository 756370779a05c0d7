import type { BuildOptions } from "esbuild";

/** How all code of functions is bundled. */
export const OPTIONS = {
  outExtension: { ".js": ".mjs" },
  bundle: true,
  minify: true,
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
 * The same path for every app: source maps name sources relative to it, so that equal bundles are identical.
 */
export const OUTDIR = "bundles";
