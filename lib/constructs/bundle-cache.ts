import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { constants, gunzipSync, gzipSync } from "node:zlib";
import { digestOfInputs, type KnownDigests } from "./bundle-inputs.ts";

/** A file of a bundle, by its path within it. */
export interface BundledFile {
  readonly path: string;
  readonly content: Uint8Array;
}

/** Writes a file of a bundle into a folder. */
export function write(folder: string, { path, content }: BundledFile): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** The record of a bundle, next to the folder with its files, whose name is the digest. */
interface Note {
  digest: string;
  inputs: readonly string[];
  files: readonly string[];
}

const NOTE = "note.json";
/** Source maps, which are most of it, become a tenth even so. */
const FAST = { level: constants.Z_BEST_SPEED };
const KEPT_FOR = 14 * 86_400_000;
/** Milliseconds by which a file system's clock may be late. */
const TICK = 20;

/**
 * Bundles that were made before, the latest of each key. Whatever one was made of is read again before it is taken, so an
 * outdated one never is. Any number of processes may share the folder.
 */
export class BundleCache {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Copies the bundle of a key into a folder. Answers the files that it was made of, or undefined where there is none that is up
   * to date. `known`: digests that were made just now, for several bundles of the same files.
   */
  take(key: string, into: string, known?: KnownDigests): readonly string[] | undefined {
    const slot = join(this.folder, key);
    try {
      const { digest, inputs, files } = JSON.parse(readFileSync(join(slot, NOTE), "utf8")) as Note;
      if (digestOfInputs(inputs, known) !== digest) return undefined;
      for (const path of files)
        write(into, { path, content: gunzipSync(readFileSync(join(slot, digest, path))) });
      return inputs;
    } catch {
      return undefined; // There is none yet, or another process is just replacing it.
    }
  }

  /**
   * Keeps a bundle in place of the one before. `inputs` are the files it was made of, read at `began` (epoch milliseconds) or later: nothing is
   * kept where one of them has changed since, nor where the folder cannot be written to.
   */
  keep(key: string, inputs: readonly string[], files: readonly BundledFile[], began: number): void {
    const slot = join(this.folder, key);
    const draft = join(slot, randomUUID());
    try {
      if (inputs.some((input) => statSync(input).ctimeMs > began - TICK)) return;
      const digest = digestOfInputs(inputs);
      if (digest === undefined) return;
      for (const { path, content } of files) write(draft, { path, content: gzipSync(content, FAST) });
      const note: Note = { digest, inputs, files: files.map(({ path }) => path) };
      writeFileSync(join(draft, NOTE), JSON.stringify(note));
      rmSync(join(slot, digest), { recursive: true, force: true });
      renameSync(draft, join(slot, digest));
      // The note comes last: what it names is whole.
      renameSync(join(slot, digest, NOTE), join(slot, NOTE));
      this.tidy(slot, digest, began);
    } catch {
      rmSync(draft, { recursive: true, force: true }); // It is made again the next time.
    }
  }

  /** Removes what the note of a slot does not name, and bundles of long ago. */
  private tidy(slot: string, digest: string, now: number): void {
    for (const name of readdirSync(slot)) {
      if (name !== digest && name !== NOTE) rmSync(join(slot, name), { recursive: true, force: true });
    }
    for (const key of readdirSync(this.folder)) {
      const other = join(this.folder, key);
      if (statSync(other).mtimeMs < now - KEPT_FOR) rmSync(other, { recursive: true, force: true });
    }
  }
}
