import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";

/** Imports a file of the video studio as its handlers are bundled, with fonts and WebAssembly in it. */
export async function bundled<Module>(file: string): Promise<Module> {
  const outfile = join(mkdtempSync(join(tmpdir(), "millrace-video-")), "index.mjs");
  buildSync({
    entryPoints: [join(import.meta.dirname, "../../workflows/video", file)],
    outfile,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    banner: {
      js: 'import { createRequire as createRequireOfNode } from "node:module"; const require = createRequireOfNode(import.meta.url);',
    },
    loader: { ".wasm": "binary", ".ttf": "binary" },
  });
  return await import(/* @vite-ignore */ outfile);
}
