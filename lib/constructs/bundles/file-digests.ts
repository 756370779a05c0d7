import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** The version of a file, by its times, size and place on the disk, and the digest of its content. */
type Known = readonly [version: string, digest: string];

/** Milliseconds for which a file may change again without a difference in its times. */
const TICK = 2_000;
/** Files of apps that are gone are forgotten with the others. */
const MAXIMUM = 20_000;

/**
 * Digests of files, kept between processes: a file is read again only where its version differs. The times include that of the
 * last change of the file's entry, which no program sets.
 */
export class FileDigests {
  private readonly path: string;
  private known: Map<string, Known> | undefined;
  private isChanged = false;

  constructor(path: string) {
    this.path = path;
  }

  /** Undefined where there is no such file. */
  of(file: string): string | undefined {
    const status = statSync(file, { throwIfNoEntry: false });
    if (!status) return undefined;
    const { ctimeMs, mtimeMs, size, ino } = status;
    const version = `${ctimeMs} ${mtimeMs} ${size} ${ino}`;
    this.known ??= this.read();
    const [knownVersion, knownDigest] = this.known.get(file) ?? [];
    if (knownVersion === version) return knownDigest;
    const digest = createHash("sha256").update(readFileSync(file)).digest("hex");
    if (ctimeMs < Date.now() - TICK) {
      this.known.set(file, [version, digest]);
      this.isChanged = true;
    }
    return digest;
  }

  /** Keeps them for other processes. Of several that do, the last one wins: what is not kept is read again. */
  keep(): void {
    if (!this.isChanged || !this.known) return;
    if (this.known.size > MAXIMUM) this.known.clear();
    const draft = `${this.path}.${randomUUID()}`;
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      writeFileSync(draft, JSON.stringify([...this.known]));
      renameSync(draft, this.path);
      this.isChanged = false;
    } catch {
      if (existsSync(draft)) rmSync(draft);
    }
  }

  private read(): Map<string, Known> {
    try {
      return new Map(JSON.parse(readFileSync(this.path, "utf8")) as [string, Known][]);
    } catch {
      return new Map(); // There are none yet.
    }
  }
}
