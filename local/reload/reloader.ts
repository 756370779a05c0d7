import { basename, relative, sep } from "node:path";
import type { Kernel } from "../kernel/kernel.ts";
import type { SynthesisInputs } from "../synthesis/inputs.ts";
import { type Bundle, codeOf, type MadeBundles, madeOf, readBundles } from "./bundles.ts";
import { describeProblem, ReloadProblem } from "./problem.ts";
import { type Outdated, Rebundler } from "./rebundle.ts";
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
  /** Synthesizes again, with these bundles made already. Throws ReloadProblem if the app fails. */
  synthesize(bundles: MadeBundles): Promise<SynthesisInputs>;
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
    this.rebundler = new Rebundler(options.assembly, options.kernel.clock);
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
    const own = (bundle: Bundle) => bundle.own.some((path) => path.startsWith(`${project}${sep}`));
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
    const affected = this.bundles.filter(({ own }) => paths.some((path) => own.includes(path)));
    const isDefinition = paths.some((path) => this.isOfApp(path));
    const lines = isDefinition ? await this.redeploy(paths, affected) : await this.rebundle(affected);
    this.rewatch();
    const took = Math.round(performance.now() - began);
    const { project, say } = this.options;
    const names = paths.map((path) => relative(project, path) || basename(path));
    const shown =
      names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
    say([`Reloaded ${shown} (${took} ms)`, ...lines.map((line) => `  ${line}`)].join("\n"));
  }

  private isBundled(path: string): boolean {
    return this.bundles.some(({ own }) => own.includes(path));
  }

  /** Files that the app itself loads or reads; it reads handlers only as text, to bundle them. */
  private isOfApp(path: string): boolean {
    if (this.inputs.modules.includes(path)) return true;
    return !this.isBundled(path);
  }

  private async rebundle(bundles: readonly Bundle[]): Promise<string[]> {
    const { kernel } = this.options;
    for (const { bundle, folder, own } of await this.rebundler.bundle(this.outdated(bundles))) {
      bundle.own = own;
      this.running.set(bundle.folder, codeOf(folder));
      this.note([bundle]);
      for (const { name } of this.usersOf(bundle)) swapCode(kernel, name, folder);
    }
    await kernel.store.flushed();
    return [];
  }

  /** Those of the bundles that a function runs. */
  private outdated(bundles: readonly Bundle[]): Outdated[] {
    return bundles.flatMap((bundle) => {
      const [first] = this.usersOf(bundle);
      return first ? [{ bundle, deployed: first.folder }] : [];
    });
  }

  private usersOf({ folder }: Bundle): BundleUser[] {
    this.users ??= usersOf(this.bundles, this.options.kernel);
    return this.users.get(folder) ?? [];
  }

  private async redeploy(paths: readonly string[], affected: readonly Bundle[]): Promise<string[]> {
    const before = new Set(this.bundles.map(({ folder }) => this.running.get(folder) ?? codeOf(folder)));
    // The app writes its bundles before it may fail: then they are not those of the functions.
    this.users ??= usersOf(this.bundles, this.options.kernel);
    const { modules } = this.inputs;
    // With another file, such as a new one, an import may mean another file than before.
    const isSame = paths.every((path) => modules.includes(path) || this.isBundled(path));
    if (!isSame) this.rebundler.forget();
    // What cannot be bundled any more is reported by the app, if it still needs it.
    else if (!this.rebundler.readable) await this.rebundler.bundle(this.outdated(affected)).catch(() => {});
    const known = isSame ? madeOf(this.bundles) : {};
    this.inputs = await this.options.synthesize({ ...known, ...this.rebundler.made });
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
    const paths = bundles.flatMap(({ own }) => own).filter((path) => HANDLER.test(path));
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
      state: "failed",
      since: this.time(),
      reloads: this.latest.reloads,
      handlers: this.latest.handlers,
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
    const bundled = this.bundles.flatMap((bundle) => bundle.own);
    this.watch.watch(
      [...new Set([...modules, ...files.filter(within), ...bundled])].filter(own),
      trees.filter(within).filter(own),
    );
  }

  private time(): string {
    return new Date(this.options.kernel.clock.now()).toISOString();
  }
}
