import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildOptions } from "esbuild";

/** A bundle of handlers, from the app's record in its cloud assembly of how it was made. */
export interface Bundle {
  /** Folder of the bundle. */
  folder: string;
  /** Options of esbuild. The bundle is in `outdir`, below `out`. */
  options: BuildOptions;
  out: string;
  /** Absolute paths of its files that are not in packages. */
  inputs: string[];
}

/** The app's record: `bundles/<id>/bundles.json` in the cloud assembly. */
const FILE = "bundles.json";
const CODE = "index.mjs";

/** The bundles of an assembly; none if its app does not record how they were made. */
export function readBundles(assembly: string): Bundle[] {
  const folder = join(assembly, "bundles");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((id) => join(folder, id, FILE))
    .filter((file) => existsSync(file))
    .flatMap((file) => JSON.parse(readFileSync(file, "utf8")) as Bundle[]);
}

/** A text that differs for different code in a bundle's folder. Undefined if there is none. */
export function codeOf(folder: string): string | undefined {
  const file = join(folder, CODE);
  return existsSync(file) ? createHash("sha256").update(readFileSync(file)).digest("hex") : undefined;
}
