import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import {
  type BuildContext,
  type BuildOptions,
  type BuildResult,
  context,
  type Message,
  type Metafile,
} from "esbuild";
import type { Clock } from "../kernel/clock.ts";
import { type Bundle, type MadeBundles, ownOf } from "./bundles.ts";
import { codeFrame } from "./code-frame.ts";
import { ReloadProblem } from "./problem.ts";

/** A bundle to make again. */
export interface Outdated {
  bundle: Bundle;
  /** The folder of the deployed one. */
  deployed: string;
}

/** The result of bundling again. */
export interface Rebundled {
  bundle: Bundle;
  /** Folder of the new bundle. */
  folder: string;
  /** Absolute paths of its files that are not in packages. */
  own: string[];
}

/** Sets of bundles whose parsed files are kept: a person edits a handler and its definition in turn. */
const MOST_CONTEXTS = 4;

/**
 * Bundles handlers again when files change. esbuild keeps the parsed files of each set of bundles that are made
 * together, so that the second time takes a fraction of the first.
 */
export class Rebundler {
  private readonly assembly: string;
  private readonly clock: Clock;
  /** The least recently used first. */
  private readonly contexts = new Map<string, BuildContext>();
  /** Folders that the next start no longer needs: it runs the deployed ones. */
  private readonly folders = new Set<string>();
  private latest: MadeBundles = {};
  /** Whether the code is for a debugger: with original names and lines. */
  readable = false;

  /** `clock`: that of the file system. */
  constructor(assembly: string, clock: Clock) {
    this.assembly = assembly;
    this.clock = clock;
  }

  /** The latest bundles. Those for a debugger are not for deployment. */
  get made(): MadeBundles {
    return this.readable ? {} : this.latest;
  }

  /** The imports of bundled files may mean other files now. */
  forget(): void {
    this.latest = {};
  }

  /**
   * Bundles again. Each new folder is a copy of the deployed one with the new code, next to the assets of
   * the assembly, since source maps name sources relative to it. Throws ReloadProblem if the code cannot be
   * bundled.
   */
  async bundle(all: readonly Outdated[]): Promise<Rebundled[]> {
    const sets = Object.values(Object.groupBy(all, ({ bundle }) => setOf(bundle)));
    try {
      return (await Promise.all(sets.map((set) => this.bundleSet(set!)))).flat();
    } finally {
      await this.disposeOldest();
    }
  }

  private async bundleSet(set: readonly Outdated[]): Promise<Rebundled[]> {
    const began = this.clock.now();
    const { outputFiles, metafile } = await this.rebuild(set.map(({ bundle }) => bundle));
    return set.map(({ bundle, deployed }) => {
      const { absWorkingDir: root, outdir } = bundle.options;
      const files = outputFiles!.filter(({ path }) => dirname(path) === resolve(root!, outdir!, bundle.out));
      const folder = this.write(files, deployed);
      const inputs = inputsOf(metafile!, `${outdir}/${bundle.out}/index.mjs`)
        .map((path) => resolve(root!, path))
        .filter((path) => existsSync(path));
      this.latest[bundle.key] = { folder, files: files.map(({ path }) => basename(path)), inputs, began };
      return { bundle, folder, own: ownOf(inputs) };
    });
  }

  private write(files: readonly { path: string; contents: Uint8Array }[], deployed: string): string {
    const digest = createHash("sha256");
    for (const { contents } of files) digest.update(contents);
    const folder = join(this.assembly, `reloaded.${digest.digest("hex").slice(0, 32)}`);
    this.folders.add(folder);
    if (!existsSync(folder)) {
      mkdirSync(folder);
      const made = new Set(files.map(({ path }) => basename(path)));
      cpSync(deployed, folder, { recursive: true, filter: (path) => !made.has(basename(path)) });
      for (const { path, contents } of files) writeFileSync(join(folder, basename(path)), contents);
    }
    return folder;
  }

  private async rebuild(bundles: readonly Bundle[]): Promise<BuildResult> {
    try {
      return await (await this.contextOf(bundles)).rebuild();
    } catch (error) {
      const [first] = (error as { errors?: Message[] }).errors ?? [];
      throw first ? problemOf(first, bundles[0]!.options.absWorkingDir!) : error;
    }
  }

  private async contextOf(bundles: readonly Bundle[]): Promise<BuildContext> {
    const key = JSON.stringify([this.readable, ...bundles.map((bundle) => bundle.key)]);
    const known = this.contexts.get(key) ?? (await context(this.optionsOf(bundles)));
    this.contexts.delete(key);
    this.contexts.set(key, known);
    return known;
  }

  private async disposeOldest(): Promise<void> {
    const oldest = [...this.contexts].slice(0, -MOST_CONTEXTS);
    for (const [key] of oldest) this.contexts.delete(key);
    await Promise.all(oldest.map(([, one]) => one.dispose()));
  }

  private optionsOf(bundles: readonly Bundle[]): BuildOptions {
    const entryPoints = bundles.flatMap(({ options }) => (options.entryPoints ?? []) as Entry[]);
    return {
      ...bundles[0]!.options,
      ...(entryPoints.length > 0 && { entryPoints }),
      ...(this.readable && { minify: false, sourcesContent: true }),
      write: false,
      metafile: true,
      logLevel: "silent",
    };
  }

  async close(): Promise<void> {
    const contexts = [...this.contexts.values()];
    this.contexts.clear();
    await Promise.all(contexts.map((one) => one.dispose()));
    for (const folder of this.folders) rmSync(folder, { recursive: true, force: true });
  }
}

type Entry = { in: string; out: string };

/** Bundles of files with the same options are made together; one of a text is made alone. */
function setOf({ options: { entryPoints: _, ...others } }: Bundle): string {
  return JSON.stringify(others);
}

/** The files that the entry of an output imports, directly or indirectly. */
function inputsOf({ inputs, outputs }: Metafile, output: string): string[] {
  const found = new Set<string>();
  const open = [outputs[output]!.entryPoint!];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    open.push(...inputs[path]!.imports.filter(({ external }) => !external).map((one) => one.path));
  }
  return [...found];
}

function problemOf({ text, location }: Message, root: string): ReloadProblem {
  if (!location) return new ReloadProblem(text);
  const { file, line, column } = location;
  const path = resolve(root, file);
  return new ReloadProblem(text, {
    file: path,
    line,
    column: column + 1,
    code: codeFrame(path, line, column + 1),
  });
}
