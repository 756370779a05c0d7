import { basename, relative, sep } from "node:path";
import type { Kernel } from "../kernel/kernel.ts";
import type { SynthesisInputs } from "../synthesis/inputs.ts";
import { type Bundle, codeOf, readBundles } from "./bundles.ts";
import { describeProblem, ReloadProblem } from "./problem.ts";
import { Rebundler } from "./rebundle.ts";
import { type BundleUser, swapCode, usersOf } from "./swap.ts";
import { FileWatch } from "./watch.ts";

export interface ReloaderOptions {
  kernel: Kernel;
  /** Folder of the cloud assembly. */
  assembly: string;
  /** Folder of the project. */
  project: string;
  /** The sources of the assembly. */
  inputs: SynthesisInputs;
  /** Synthesizes again. Throws ReloadProblem if the app fails. */
  synthesize(): Promise<SynthesisInputs>;
  /** Deploys the assembly to the running cloud. Answers the changes, a line each. */
  redeploy(): Promise<string[]>;
  say(text: string): void;
}

/** How the running code relates to the code on disk. */
export interface ReloadStatus {
  state: "current" | "reloading" | "failed";
  /** ISO time of the last change of the state. */
  since: string;
  /** How often changed code was reloaded. */
  reloads: number;
  /**
   * ISO time at which the code of a handler last changed, by its path in the project: of those that changed
   * since the start.
   */
  handlers: Record<string, string>;
  /** Why the code on disk is not running. */
  problem?: { message: string; file?: string; line?: number; column?: number; code?: string };
}

/** A file that contains a handler. */
const HANDLER = /\.lambda\.[cm]?[jt]s$/;

/**
 * Reloads changed code in a running cloud, one change after another. Files that only handlers import are
 * bundled again, and their functions get the new code; for any other file of the app, it is synthesized and
 * deployed again. If that fails, the earlier code keeps running.
 */
export class Reloader {
  private readonly options: ReloaderOptions;
  private readonly watch: FileWatch;
  private readonly rebundler: Rebundler;
  private bundles: Bundle[];
  private users: Map<string, BundleUser[]> | undefined;
  private inputs: SynthesisInputs;
  /** Changed paths that were not reloaded yet. */
  private pending = new Set<string>();
  /** Those that the last attempt failed to reload. */
  private failed: readonly string[] = [];
  private working: Promise<void> | undefined;
  private latest: ReloadStatus;
  /** The version of the code in new bundles, by the folder of the bundle in the assembly. */
  private readonly running = new Map<string, string | undefined>();

  constructor(options: ReloaderOptions) {
    this.options = options;
    this.inputs = options.inputs;
    this.rebundler = new Rebundler(options.assembly);
    this.bundles = readBundles(options.assembly);
    this.latest = { state: "current", since: this.time(), reloads: 0, handlers: {} };
    this.watch = new FileWatch((paths) => this.changed(paths));
    this.rewatch();
  }

  get status(): ReloadStatus {
    return this.latest;
  }

  /** Bundles the project's handlers again for a debugger: with original names and sources. */
  async makeReadable(): Promise<void> {
    this.rebundler.readable = true;
    const { project } = this.options;
    const own = ({ inputs }: Bundle) => inputs.some((path) => path.startsWith(`${project}${sep}`));
    await this.rebundle(this.bundles.filter(own));
  }

  /** Resolves when no reload is in progress. */
  async settled(): Promise<void> {
    while (this.working) await this.working;
  }

  /** Stops reloading. */
  stop(): void {
    this.watch.close();
    this.pending.clear();
  }

  /** Removes the new bundles. Nothing may run any more. */
  async close(): Promise<void> {
    this.stop();
    await this.settled();
    await this.rebundler.close();
  }

  private changed(paths: readonly string[]): void {
    for (const path of paths) this.pending.add(path);
    this.working ??= this.work().finally(() => {
      this.working = undefined;
    });
  }

  private async work(): Promise<void> {
    while (this.pending.size > 0) {
      const paths = [...new Set([...this.failed, ...this.pending])];
      this.pending.clear();
      this.failed = [];
      const since = this.time();
      this.latest = { ...this.latest, state: "reloading", since };
      try {
        await this.take(paths);
        const { reloads, handlers } = this.latest;
        this.latest = { state: "current", since: this.time(), reloads: reloads + 1, handlers };
      } catch (error) {
        this.fail(error, paths);
      }
    }
  }

  private async take(paths: readonly string[]): Promise<void> {
    const began = performance.now();
    const affected = this.bundles.filter(({ inputs }) => paths.some((path) => inputs.includes(path)));
    const isDefinition = paths.some((path) => this.isOfApp(path));
    const lines = isDefinition ? await this.redeploy() : await this.rebundle(affected);
    this.rewatch();
    const took = Math.round(performance.now() - began);
    const { project, say } = this.options;
    const names = paths.map((path) => relative(project, path) || basename(path));
    const shown =
      names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
    say([`Reloaded ${shown} (${took} ms)`, ...lines.map((line) => `  ${line}`)].join("\n"));
  }

  /** Files that the app itself loads or reads; it reads handlers only as text, to bundle them. */
  private isOfApp(path: string): boolean {
    if (this.inputs.modules.includes(path)) return true;
    return !this.bundles.some(({ inputs }) => inputs.includes(path));
  }

  private async rebundle(bundles: readonly Bundle[]): Promise<string[]> {
    const { kernel } = this.options;
    this.users ??= usersOf(this.bundles, kernel);
    const users = this.users;
    const made = await Promise.all(
      bundles.map(async (bundle) => {
        const own = users.get(bundle.folder) ?? [];
        const [first] = own;
        return first && { bundle, own, ...(await this.rebundler.bundle(bundle, first.folder)) };
      }),
    );
    for (const one of made) {
      if (!one) continue;
      one.bundle.inputs = one.inputs;
      this.running.set(one.bundle.folder, codeOf(one.folder));
      this.note([one.bundle]);
      for (const { name } of one.own) swapCode(kernel, name, one.folder);
    }
    await kernel.store.flushed();
    return [];
  }

  private async redeploy(): Promise<string[]> {
    const before = new Set(this.bundles.map(({ folder }) => this.running.get(folder) ?? codeOf(folder)));
    this.inputs = await this.options.synthesize();
    const lines = await this.options.redeploy();
    this.bundles = readBundles(this.options.assembly);
    this.running.clear();
    this.note(this.bundles.filter(({ folder }) => !before.has(codeOf(folder))));
    this.users = undefined;
    if (this.rebundler.readable) await this.makeReadable();
    return lines;
  }

  /** Records that the handlers in these bundles have new code. */
  private note(bundles: readonly Bundle[]): void {
    const { project } = this.options;
    const paths = bundles.flatMap(({ inputs }) => inputs).filter((path) => HANDLER.test(path));
    const now = this.time();
    const changed = paths.map((path) => [relative(project, path), now] as const);
    this.latest = { ...this.latest, handlers: { ...this.latest.handlers, ...Object.fromEntries(changed) } };
  }

  private fail(error: unknown, paths: readonly string[]): void {
    const { project, say } = this.options;
    const problem = error instanceof ReloadProblem ? error : new ReloadProblem((error as Error).message);
    say(`${describeProblem(problem, project)}\n\nThe earlier code keeps running. Fix the error and save.`);
    const { message, place } = problem;
    this.latest = {
      ...{ state: "failed", since: this.time() },
      ...{ reloads: this.latest.reloads, handlers: this.latest.handlers },
      problem: {
        message,
        ...(place && { ...place, file: relative(project, place.file) }),
      },
    };
    // The next change, of any file, reloads these as well.
    this.failed = paths;
  }

  private rewatch(): void {
    const { modules, files, trees } = this.inputs;
    const { project } = this.options;
    const within = (path: string) => path.startsWith(`${project}${sep}`);
    const own = (path: string) =>
      !path.includes(`${sep}node_modules${sep}`) && !path.startsWith(`${this.options.assembly}${sep}`);
    const bundled = this.bundles.flatMap(({ inputs }) => inputs);
    this.watch.watch(
      [...new Set([...modules, ...files.filter(within), ...bundled])].filter(own),
      trees.filter(within).filter(own),
    );
  }

  private time(): string {
    return new Date(this.options.kernel.clock.now()).toISOString();
  }
}
