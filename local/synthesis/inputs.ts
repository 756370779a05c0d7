import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { privateFolder } from "../kernel/private-folder.ts";

/** The files and folders from which an app was synthesized. */
export interface SynthesisInputs {
  /** Files that the app's imports refer to. */
  modules: string[];
  /** The script of the process that ran the app: `npx tsx app.ts` is several processes. */
  main: string;
  /** Files that this process ran, in the order in which they were found. */
  loaded: string[];
  /** Other files that it read or compared, or looked for. */
  files: string[];
  /** Folders that it listed. */
  folders: string[];
  /** Folders that it listed with all that is below. */
  trees: string[];
  /** Folders that it copied. */
  copies: string[];
}

/** The settings that an assembly depends on, in addition to its files. */
export interface SynthesisSettings {
  app: string;
  context: Record<string, unknown>;
  account: string;
  region: string;
}

interface Kept {
  settings: string;
  inputs: SynthesisInputs;
  /** By path: what distinguishes versions of the file, or of the list of a folder. */
  fingerprints: { [path: string]: string };
}

const FILE = "synthesis.json";
/** Milliseconds by which a file system's clock may be late. */
const TICK = 20;

/** A folder for the records of one synthesis; see `record.ts`. */
export function recordsFolder(): string {
  return mkdtempSync(join(privateFolder("millrace-synthesis"), "app-"));
}

/** Reads and removes the records of a synthesis. Undefined if there are none: the app is not a Node.js program. */
export function takeRecords(folder: string, output: string): SynthesisInputs | undefined {
  const records = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as SynthesisInputs);
  rmSync(folder, { recursive: true });
  if (records.length === 0) return undefined;
  const all = (kind: Exclude<keyof SynthesisInputs, "main">) => [
    ...new Set(
      records
        .flatMap((record) => record[kind])
        .filter((path) => isInput(path, output) && isInput(path, folder)),
    ),
  ];
  const [modules, files, folders] = [all("modules"), all("files"), all("folders")];
  // The process that runs the app loads the most modules.
  const { main, loaded } = records.toSorted((a, b) => b.loaded.length - a.loaded.length)[0]!;
  return { main, loaded, modules, files, folders, trees: all("trees"), copies: all("copies") };
}

/** Also that of the CDK: ~/.cdk/cache. */
const CACHE = /[\\/]\.?cache[\\/]/;

/** What the app writes is no input, nor are caches. */
function isInput(path: string, output: string): boolean {
  return path !== output && !path.startsWith(`${output}${sep}`) && !CACHE.test(path);
}

/** Notes in an assembly what it was made from. `began`: epoch milliseconds before the first input was read. */
export function keepInputs(
  output: string,
  inputs: SynthesisInputs,
  settings: SynthesisSettings,
  began: number,
): void {
  const fingerprints = fingerprintsOf(inputs);
  const isLate = [...inputs.modules, ...inputs.files].some(
    (path) => modifiedAt(fingerprints[path]!) > began - TICK,
  );
  if (isLate) return;
  const record: Kept = { settings: textOf(settings, inputs), inputs, fingerprints };
  writeFileSync(join(output, FILE), JSON.stringify(record));
}

export function forgetInputs(output: string): void {
  rmSync(join(output, FILE), { force: true });
}

/** What an assembly was made from, where nothing of it has changed since; otherwise undefined. */
export function unchangedInputs(output: string, settings: SynthesisSettings): SynthesisInputs | undefined {
  try {
    const record = JSON.parse(readFileSync(join(output, FILE), "utf8")) as Kept;
    if (!record.inputs.loaded || record.settings !== textOf(settings, record.inputs)) return undefined;
    const current = fingerprintsOf(record.inputs);
    const isSame = Object.entries(record.fingerprints).every(([path, text]) => current[path] === text);
    return isSame ? record.inputs : undefined;
  } catch {
    return undefined; // There is none, or it is of another format.
  }
}

function fingerprintsOf(inputs: SynthesisInputs): { [path: string]: string } {
  const { modules, files, folders, trees, copies } = inputs;
  return Object.fromEntries([
    ...[...modules, ...files].map((path) => [path, fileVersion(path)]),
    ...folders.map((path) => [`${path}${sep}`, digestOf(namesIn(path, false).filter(isSource))]),
    ...trees.map((path) => [`${path}${sep}**`, digestOf(namesIn(path, true))]),
    ...copies.map((path) => [
      `${path}${sep}***`,
      digestOf(namesIn(path, true).map((name) => `${name} ${fileVersion(join(path, name))}`)),
    ]),
  ]);
}

function fileVersion(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status) return "absent";
  return status.isDirectory() ? "folder" : `${status.mtimeMs} ${status.size}`;
}

/** Epoch milliseconds at which a version of a file was written; NaN where there is no file. */
const modifiedAt = (version: string): number => Number.parseFloat(version);

function namesIn(path: string, recursive: boolean): string[] {
  try {
    return readdirSync(path, { recursive, encoding: "utf8" }).filter(
      (name) => !name.includes("node_modules"),
    );
  } catch {
    return ["(absent)"];
  }
}

/** What an import may mean by its name, or what decides that. */
function isSource(name: string): boolean {
  return /\.(?:[cm]?[jt]sx?|json|css)$/.test(name);
}

function digestOf(names: string[]): string {
  return createHash("sha256").update(names.sort().join("\n")).digest("hex");
}

const PREFIXES = /^(?:MILLRACE_|CDK_|AWS_|NODE_ENV$)/;
/** How this program itself is started, and what it sets for the app. */
const OWN = new Set([
  "MILLRACE_PORT",
  "MILLRACE_SYNTHESIS",
  "MILLRACE_BUNDLES",
  "AWS_ENDPOINT_URL",
  "AWS_SESSION_TOKEN",
]);
const VARIABLE = /\bprocess\.env(?:\.(\w+)|\[["'](\w+)["']\])/g;

/** The settings with the variables that the app reads, by what its own code says. */
function textOf(settings: SynthesisSettings, { modules }: SynthesisInputs): string {
  const names = new Set(Object.keys(process.env).filter((name) => PREFIXES.test(name) && !OWN.has(name)));
  for (const path of modules.filter((module) => !module.includes("node_modules"))) {
    for (const [, first, second] of read(path).matchAll(VARIABLE)) names.add((first ?? second)!);
  }
  const variables = [...names]
    .filter((name) => !OWN.has(name))
    .sort()
    .map((name) => [name, process.env[name] ?? null]);
  return JSON.stringify([process.version, settings, variables]);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
