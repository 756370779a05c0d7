import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

/** A bundle that was made before. */
interface MadeBundle {
  readonly folder: string;
  /** Names of its files in the folder, which may contain others. */
  readonly files: readonly string[];
  /** Absolute paths of the files from which it was made. */
  readonly inputs: readonly string[];
  /** Epoch milliseconds before the first input was read. */
  readonly began: number;
}

/** Names the file that lists the bundles, by their keys. */
const VARIABLE = "MILLRACE_BUNDLES";
/** The maximum delay of a file system's clock, in milliseconds. */
const TICK = 20;

/**
 * The bundles that the process which runs the app knows. The local cloud watches their files, and bundles changed
 * ones with the parsed files of the last time, while a new process would parse all of them.
 */
export class MadeBundles {
  private readonly bundles: Record<string, MadeBundle>;
  private readonly changes = new Map<string, number>();

  constructor(list = process.env[VARIABLE]) {
    this.bundles = list === undefined ? {} : read(list);
  }

  /**
   * Copies the bundle of a key into a folder, unless it is there. Answers the files from which it was made, or
   * undefined if there is none, or if one of them has changed since.
   */
  take(key: string, into: string): Pick<MadeBundle, "inputs" | "began"> | undefined {
    const made = this.bundles[key];
    if (!made?.inputs.every((path) => this.changedAt(path) <= made.began - TICK)) return undefined;
    const files = made.files.map((name) => join(made.folder, name));
    if (!files.every((path) => existsSync(path))) return undefined;
    if (resolve(made.folder) === resolve(into)) return made;
    rmSync(into, { recursive: true, force: true });
    mkdirSync(into, { recursive: true });
    for (const name of made.files) copyFileSync(join(made.folder, name), join(into, name));
    return made;
  }

  private changedAt(path: string): number {
    const known = this.changes.get(path);
    if (known !== undefined) return known;
    const time = statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? Number.POSITIVE_INFINITY;
    this.changes.set(path, time);
    return time;
  }
}

function read(list: string): Record<string, MadeBundle> {
  try {
    return JSON.parse(readFileSync(list, "utf8")) as Record<string, MadeBundle>;
  } catch {
    return {}; // There are none.
  }
}
