import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildOptions } from "esbuild";
import { versionOf } from "../kernel/file-version.ts";

/** A bundle of handlers, from the app's record in its cloud assembly of how it was made. */
export interface Bundle {
  /** Differs for bundles of other entries or options. */
  key: string;
  /** Folder of the bundle. */
  folder: string;
  /** Options of esbuild. The bundle is in `outdir`, below `out`. */
  options: BuildOptions;
  out: string;
  /** Absolute paths of its files that are not in packages. */
  own: string[];
  /** Absolute paths of its files. */
  inputs: string[];
  /** Epoch milliseconds before the first of them was read. */
  began: number;
}

/** Bundles by their keys: the app uses each while its inputs are the same. */
export type MadeBundles = Record<string, MadeBundle>;

interface MadeBundle {
  folder: string;
  /** Names of its files in the folder, which may contain others. */
  files: string[];
  inputs: string[];
  began: number;
}

/** The app's record: `bundles/<id>/bundles.json` in the cloud assembly. */
const FILE = "bundles.json";
const CODE = "index.mjs";

/** The bundles that are in the assembly. */
export const madeOf = (bundles: readonly Bundle[]): MadeBundles =>
  Object.fromEntries(
    bundles.map(({ key, folder, inputs, began }) => [
      key,
      { folder, files: [CODE, `${CODE}.map`], inputs, began },
    ]),
  );

/** The bundles of an assembly; none if its app does not record how they were made. */
export function readBundles(assembly: string): Bundle[] {
  const folder = join(assembly, "bundles");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((id) => join(folder, id, FILE))
    .filter((file) => existsSync(file))
    .flatMap((file) => JSON.parse(readFileSync(file, "utf8")) as Omit<Bundle, "own">[])
    .map((bundle) => ({ ...bundle, own: ownOf(bundle.inputs) }));
}

/** Those that are not in packages. */
export const ownOf = (inputs: readonly string[]): string[] =>
  inputs.filter((path) => !path.includes("node_modules"));

/** By file: the version that was read last, with the digest of its code. */
const digests = new Map<string, { version: string; digest: string }>();

/** A text that differs for different code in a bundle's folder. Undefined if there is none. */
export function codeOf(folder: string): string | undefined {
  const file = join(folder, CODE);
  if (!existsSync(file)) return undefined;
  const version = versionOf(file);
  const known = digests.get(file);
  if (known?.version === version) return known.digest;
  const digest = createHash("sha256").update(readFileSync(file)).digest("hex");
  digests.set(file, { version, digest });
  return digest;
}
