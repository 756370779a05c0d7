import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { digestOfInputs, type KnownDigests } from "./bundle-inputs.ts";
import { FileDigests } from "./file-digests.ts";

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
const DIGESTS = "digests.json";
const KEPT_FOR = 14 * 86_400_000;
/** The maximum delay of a file system's clock, in milliseconds. */
const TICK = 20;

/**
 * Earlier bundles, the latest of each key. The inputs of a bundle are compared before it is used, so that
 * an outdated bundle never is. Any number of processes may share the folder.
 */
export class BundleCache {
  private readonly folder: string;
  private readonly digests: FileDigests;
  /** Old bundles are searched for once: to do so at each new one takes longer the more there are. */
  private isTidy = false;

  constructor(folder: string) {
    this.folder = folder;
    this.digests = new FileDigests(join(folder, DIGESTS));
  }

  /** Keeps the digests of the files that it has read, for other processes. */
  keepDigests(): void {
    this.digests.keep();
  }

  /**
   * Copies the bundle of a key into a folder. Answers the files from which it was made, or undefined if there
   * is none that is up to date. `known`: digests that were just computed, for several bundles of the same
   * files.
   */
  take(key: string, into: string, known?: KnownDigests): readonly string[] | undefined {
    const found = this.read(key, known);
    for (const file of found?.files ?? []) write(into, file);
    return found?.inputs;
  }

  /** The bundle of a key with the files from which it was made; undefined if there is none that is up to date. */
  read(
    key: string,
    known?: KnownDigests,
  ): { inputs: readonly string[]; files: readonly BundledFile[] } | undefined {
    const slot = join(this.folder, key);
    try {
      const { digest, inputs, files } = JSON.parse(readFileSync(join(slot, NOTE), "utf8")) as Note;
      if (digestOfInputs(inputs, this.digests, known) !== digest) return undefined;
      const contentOf = (path: string) => zstdDecompressSync(readFileSync(join(slot, digest, path)));
      return { inputs, files: files.map((path) => ({ path, content: contentOf(path) })) };
    } catch {
      return undefined; // There is none yet, or another process is replacing it.
    }
  }

  /**
   * Stores a bundle in place of the previous one. `inputs` are the files from which it was made, read at
   * `began` (epoch milliseconds) or later: nothing is stored if one of them has changed since, or if the
   * folder is not writable. `known`: digests that were computed since then.
   */
  keep(
    key: string,
    inputs: readonly string[],
    files: readonly BundledFile[],
    began: number,
    known?: KnownDigests,
  ): void {
    const slot = join(this.folder, key);
    const draft = join(slot, randomUUID());
    try {
      if (inputs.some((input) => statSync(input).ctimeMs > began - TICK)) return;
      const digest = digestOfInputs(inputs, this.digests, known);
      if (digest === undefined) return;
      // Source maps are most of it, and shrink to a tenth.
      for (const { path, content } of files) write(draft, { path, content: zstdCompressSync(content) });
      const note: Note = { digest, inputs, files: files.map(({ path }) => path) };
      writeFileSync(join(draft, NOTE), JSON.stringify(note));
      rmSync(join(slot, digest), { recursive: true, force: true });
      renameSync(draft, join(slot, digest));
      // The record is written last: the files that it names are complete.
      renameSync(join(slot, digest, NOTE), join(slot, NOTE));
      this.tidy(slot, digest, began);
    } catch {
      rmSync(draft, { recursive: true, force: true }); // It is made again the next time.
    }
  }

  /** Removes files that the record of a slot does not name, and very old bundles. */
  private tidy(slot: string, digest: string, now: number): void {
    for (const name of readdirSync(slot)) {
      if (name !== digest && name !== NOTE) rmSync(join(slot, name), { recursive: true, force: true });
    }
    if (this.isTidy) return;
    this.isTidy = true;
    for (const key of readdirSync(this.folder)) {
      const other = join(this.folder, key);
      if (statSync(other).mtimeMs < now - KEPT_FOR) rmSync(other, { recursive: true, force: true });
    }
  }
}
