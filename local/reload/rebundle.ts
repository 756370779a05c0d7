import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { type BuildContext, type BuildResult, context, type Message } from "esbuild";
import type { Bundle } from "./bundles.ts";
import { codeFrame } from "./code-frame.ts";
import { ReloadProblem } from "./problem.ts";

/** The result of bundling again. */
export interface Rebundled {
  /** Folder of the new bundle. */
  folder: string;
  inputs: string[];
}

/**
 * Bundles handlers again when files change. esbuild keeps the parsed files of each bundle, so that the second
 * time takes a fraction of the first.
 */
export class Rebundler {
  private readonly assembly: string;
  private readonly contexts = new Map<string, BuildContext>();
  /** Folders that the next start no longer needs: it runs the deployed ones. */
  private readonly made = new Set<string>();
  /** Whether the code is for a debugger: with original names and lines. */
  readable = false;

  constructor(assembly: string) {
    this.assembly = assembly;
  }

  /**
   * Bundles again and answers the new folder: a copy of `deployed` with the new code, next to the assets of
   * the assembly, since source maps name sources relative to it. Throws ReloadProblem if the code cannot be
   * bundled.
   */
  async bundle(bundle: Bundle, deployed: string): Promise<Rebundled> {
    const { outputFiles, metafile } = await this.rebuild(bundle);
    const digest = createHash("sha256");
    for (const { contents } of outputFiles!) digest.update(contents);
    const folder = join(this.assembly, `reloaded.${digest.digest("hex").slice(0, 32)}`);
    this.made.add(folder);
    if (!existsSync(folder)) {
      mkdirSync(folder);
      const made = new Set(outputFiles!.map(({ path }) => basename(path)));
      cpSync(deployed, folder, { recursive: true, filter: (path) => !made.has(basename(path)) });
      for (const { path, contents } of outputFiles!) writeFileSync(join(folder, basename(path)), contents);
    }
    const own = Object.keys(metafile!.inputs).filter((path) => !path.includes("node_modules"));
    const root = bundle.options.absWorkingDir!;
    return { folder, inputs: own.map((path) => resolve(root, path)).filter((path) => existsSync(path)) };
  }

  private async rebuild({ folder, options }: Bundle): Promise<BuildResult> {
    try {
      let known = this.contexts.get(folder);
      if (!known) {
        known = await context({
          ...options,
          ...(this.readable && { minify: false, sourcesContent: true }),
          ...{ write: false, metafile: true, logLevel: "silent" },
        });
        this.contexts.set(folder, known);
      }
      return await known.rebuild();
    } catch (error) {
      const [first] = (error as { errors?: Message[] }).errors ?? [];
      throw first ? problemOf(first, options.absWorkingDir!) : error;
    }
  }

  async close(): Promise<void> {
    const contexts = [...this.contexts.values()];
    this.contexts.clear();
    await Promise.all(contexts.map((one) => one.dispose()));
    for (const folder of this.made) rmSync(folder, { recursive: true, force: true });
  }
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
