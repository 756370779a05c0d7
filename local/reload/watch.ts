import { createHash } from "node:crypto";
import { type FSWatcher, readdirSync, readFileSync, watch } from "node:fs";
import { dirname, join } from "node:path";
import { versionOf } from "../kernel/file-version.ts";

/**
 * Watches files, and folders for added and removed files. The system's notifications are only a hint, which
 * differs between systems and editors: after each, the watched files are read again and compared. So a file
 * that is replaced counts as one change, one that is written in two parts as one, and one that is saved
 * without a difference as none.
 */
export class FileWatch {
  private readonly changed: (paths: string[]) => void;
  private readonly watchers = new Map<string, FSWatcher>();
  /** The last content of each file, with a text that differs between its versions. */
  private files = new Map<string, Read>();
  private trees = new Map<string, string>();
  private timer: NodeJS.Timeout | undefined;

  /** `changed` receives the files that have changed, or were added below a folder. */
  constructor(changed: (paths: string[]) => void) {
    this.changed = changed;
  }

  /** Watches these files and folders instead of the previous ones. */
  watch(files: readonly string[], trees: readonly string[]): void {
    this.files = new Map(files.map((path) => [path, this.files.get(path) ?? read(path)]));
    this.trees = new Map(trees.map((path) => [path, this.trees.get(path) ?? namesIn(path).join("\n")]));
    this.open();
  }

  close(): void {
    clearTimeout(this.timer);
    for (const watcher of this.watchers.values()) watcher.close();
    this.watchers.clear();
  }

  /** Watches the folders of all files: they exist while a file is replaced. */
  private open(): void {
    const folders = new Set([
      ...[...this.files.keys()].map((path) => dirname(path)),
      ...[...this.trees.keys()].flatMap((path) => [path, ...foldersIn(path)]),
    ]);
    for (const [folder, watcher] of this.watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.watchers.delete(folder);
    }
    for (const folder of folders) {
      if (this.watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, { persistent: false }, () => this.hint());
        // The removal of a folder is reported by its parent.
        watcher.on("error", () => this.watchers.delete(folder));
        this.watchers.set(folder, watcher);
      } catch {
        // It was removed.
      }
    }
  }

  private hint(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.compare(), SETTLED);
  }

  private compare(): void {
    const paths: string[] = [];
    for (const [path, before] of this.files) {
      if (versionOf(path) === before.version) continue;
      const now = read(path);
      this.files.set(path, now);
      if (now.digest !== before.digest) paths.push(path);
    }
    for (const [path, names] of this.trees) {
      const now = namesIn(path);
      if (now.join("\n") === names) continue;
      this.trees.set(path, now.join("\n"));
      const before = new Set(names.split("\n"));
      const added = now.filter((name) => !before.has(name)).map((name) => join(path, name));
      paths.push(...(added.length > 0 ? added : [path]));
      this.open();
    }
    if (paths.length > 0) this.changed([...new Set(paths)]);
  }
}

/** Milliseconds within which an editor finishes writing a file. */
const SETTLED = 30;

interface Read {
  version: string;
  digest: string;
}

function read(path: string): Read {
  const version = versionOf(path);
  try {
    return { version, digest: createHash("sha256").update(readFileSync(path)).digest("hex") };
  } catch {
    return { version, digest: "absent" };
  }
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path, { recursive: true, encoding: "utf8" }).sort();
  } catch {
    return [];
  }
}

function foldersIn(path: string): string[] {
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}
