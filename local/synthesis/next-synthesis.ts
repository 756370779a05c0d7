import { sep } from "node:path";
import { versionOf } from "../kernel/file-version.ts";
import { AppProcess, type Synthesis } from "./app-process.ts";
import type { SynthesisInputs } from "./inputs.ts";

/** Milliseconds until the process starts: the processors are free for the start and the first run. */
const LATER = 1_000;

/**
 * The process for the next synthesis of an app, started in advance: when a definition changes, it has already
 * loaded the app's packages, which is about half of the time of a synthesis.
 */
export class NextSynthesis {
  private readonly synthesis: Omit<Synthesis, "print">;
  private prepared: { process: AppProcess; versions: ReadonlyMap<string, string> } | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(synthesis: Omit<Synthesis, "print">) {
    this.synthesis = synthesis;
  }

  /** Starts the process a moment later. `inputs`: the sources of the last synthesis. */
  prepare({ main, loaded }: SynthesisInputs): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const packages = loaded.filter((path) => this.isPackaged(path));
      const versions = new Map(packages.map((path) => [path, versionOf(path)]));
      this.prepared?.process.discard();
      this.prepared = { process: new AppProcess(this.synthesis, { main, packages }), versions };
    }, LATER);
    this.timer.unref();
  }

  /** The prepared process; a new one if there is none, or if a package has changed since it started. */
  take(): AppProcess {
    clearTimeout(this.timer);
    const { prepared } = this;
    this.prepared = undefined;
    if (prepared && !prepared.process.isGone && isCurrent(prepared.versions)) return prepared.process;
    prepared?.process.discard();
    return new AppProcess(this.synthesis);
  }

  /** Code outside of the project rarely changes. */
  private isPackaged(path: string): boolean {
    return !path.startsWith(`${this.synthesis.folder}${sep}`) || path.includes(`${sep}node_modules${sep}`);
  }

  close(): void {
    clearTimeout(this.timer);
    this.prepared?.process.discard();
    this.prepared = undefined;
  }
}

const isCurrent = (versions: ReadonlyMap<string, string>): boolean =>
  [...versions].every(([path, version]) => versionOf(path) === version);
