import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Metafile } from "esbuild";
import type { FileDigests } from "./file-digests.ts";

/** The files that an import may refer to. */
const MODULE = /\.(?:[cm]?[jt]sx?|json|css)$/;
const CONFIGURATION = ["package.json", "tsconfig.json"];
const EXTENDS = /"extends"\s*:/;

/**
 * A digest of bundled files, and of everything that decides which files their imports refer to: the names
 * next to and above them, the package.json and tsconfig.json there, and the installed packages. Undefined if
 * that is unknown: a file is missing, or its tsconfig.json extends another file.
 */
export function digestOfInputs(
  files: readonly string[],
  digests: FileDigests,
  known: KnownDigests = new Map(),
): string | undefined {
  const paths = files.map((file) => resolve(file)).sort();
  const lines: string[] = [];
  const add = (path: string, make: (path: string) => string | undefined): boolean => {
    const digest = known.has(path) ? known.get(path) : make(path);
    known.set(path, digest);
    lines.push(`${path}\n${digest}\n`);
    return digest !== undefined;
  };
  const all =
    paths.every((path) => add(path, (file) => digests.of(file))) &&
    foldersOf(paths).every((folder) => add(folder, folderDigest));
  return all ? digestOf(lines.join("")) : undefined;
}

/** The files that entries import, directly or indirectly. */
export function inputsOf({ inputs }: Metafile, entries: readonly string[]): string[] {
  const found = new Set<string>();
  const open = [...entries];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    open.push(...inputs[path]!.imports.filter(({ external }) => !external).map((one) => one.path));
  }
  return [...found];
}

/** Digests of files and folders, by their paths; undefined if there is none. */
export type KnownDigests = Map<string, string | undefined>;

function folderDigest(folder: string): string | undefined {
  return extendsAnother(folder) ? undefined : digestOf(Buffer.from(folderContent(folder)));
}

/** The folders of files, and those above them. */
function foldersOf(paths: readonly string[]): string[] {
  const found = new Set<string>();
  for (const path of paths)
    for (let folder = dirname(path); !found.has(folder); folder = dirname(folder)) found.add(folder);
  return [...found].sort();
}

function extendsAnother(folder: string): boolean {
  const path = join(folder, "tsconfig.json");
  // Bundling does not read those of installed packages.
  return !folder.includes("node_modules") && existsSync(path) && EXTENDS.test(readFileSync(path, "utf8"));
}

function folderContent(folder: string): string {
  const names = readdirSync(folder).sort();
  return JSON.stringify([
    names.filter((name) => MODULE.test(name)),
    CONFIGURATION.filter((name) => names.includes(name)).map((name) =>
      digestOf(readFileSync(join(folder, name))),
    ),
    names.includes("node_modules") ? installed(join(folder, "node_modules")) : [],
  ]);
}

/**
 * The packages of a folder with the targets of links, and the records of package managers, which change with
 * each installation.
 */
function installed(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isSymbolicLink()) return [`${entry.name} -> ${readlinkSync(path)}`];
      if (entry.isDirectory() && entry.name.startsWith("@")) return [entry.name, ...installed(path)];
      if (entry.isDirectory()) return entry.name.startsWith(".") ? [] : [entry.name];
      return [`${entry.name} ${digestOf(readFileSync(path))}`];
    })
    .sort();
}

function digestOf(content: Buffer | string): string {
  return createHash("sha256").update(content).digest("hex");
}
