import { createHash } from "node:crypto";
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  linkSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { UserError } from "./errors.ts";

const APPLICATION = 0x4d494c4c; // "MILL"
const FORMAT = 7;
/** No other user of this machine may read the data. SQLite gives its log the mode of the file. */
const OWNER_ONLY = 0o600;

/** Primary result codes of SQLite: the low byte of an error's `errcode`. */
const BUSY = 5;
const READ_ONLY = 8;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

/**
 * Ensures a valid data file at the path, and creates an empty one if there is none. Answers its path without
 * links. Throws a UserError for a file that is damaged, is something else, was written by another version, or
 * is in use. Such a file, and its log, are not changed.
 */
export function prepareDataFile(named: string): string {
  let path = named;
  try {
    const status = statSync(path, { throwIfNoEntry: false });
    // Files that belong to the data file are next to it, where SQLite puts them too.
    if (status) path = realpathSync(path);
    accessSync(dirname(path), constants.R_OK | constants.W_OK | constants.X_OK);
    if (!status) {
      create(path);
      return path;
    }
    if (!status.isFile()) {
      throw new UserError(
        `${path} is not a file. Move it away, or choose another data folder: the local cloud keeps its data in a file of that name.`,
      );
    }
    accessSync(path, constants.R_OK | constants.W_OK);
    if (status.size === 0) throw damaged(path, "it is empty");
    const sealed = readSeal(path);
    if (sealed === undefined) check(path);
    else checkSeal(path, sealed);
    closeToOthers(path);
    return path;
  } catch (error) {
    throw explain(error, path);
  }
}

/**
 * The file appears under its name when it is complete: a crash in the middle leaves none, and of two
 * processes that start at the same time, one finds the file of the other.
 */
function create(path: string): void {
  if (logSize(path) > 0) {
    throw damaged(path, `it is missing, though its log ${path}-wal is there`);
  }
  const unnamed = `${path}.${process.pid}`;
  rmSync(unnamed, { force: true });
  try {
    closeSync(openSync(unnamed, "wx", OWNER_ONLY));
    const database = new DatabaseSync(unnamed);
    database.exec(`BEGIN; PRAGMA application_id=${APPLICATION}; PRAGMA user_version=${FORMAT}; COMMIT`);
    database.close();
    linkSync(unnamed, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(unnamed, { force: true });
  }
}

/** An earlier version left the files readable. */
function closeToOthers(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`, seal(path)]) closeOwn(file, OWNER_ONLY);
}

/**
 * Restricts the mode of this user's file or folder, if others have access. Those of another user are not
 * changed.
 */
export function closeOwn(path: string, mode: number): void {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status?.uid === process.getuid?.() && status !== undefined && (status.mode & 0o077) !== 0) {
    chmodSync(path, mode);
  }
}

const DIGEST_LENGTH = 64;

const seal = (path: string) => `${path}-seal`;

const logSize = (path: string) => statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;

/**
 * SQLite detects damage in the structure of pages, but not in their content. So a closed file has a digest
 * next to it, until it is opened again. Does nothing if the log could not be merged into the file.
 */
export function sealDataFile(path: string): void {
  if (logSize(path) > 0) return;
  try {
    writeFileSync(seal(path), digest(path), { mode: OWNER_ONLY });
  } catch {
    // Without a complete digest, the next start checks the file as it does after a crash.
  }
}

/** To be called before the first change. */
export function unsealDataFile(path: string): void {
  rmSync(seal(path), { force: true });
}

function readSeal(path: string): string | undefined {
  if (logSize(path) > 0 || !existsSync(seal(path))) return undefined;
  const text = readFileSync(seal(path), "utf8");
  return text.length === DIGEST_LENGTH ? text : undefined;
}

function checkSeal(path: string, expected: string): void {
  if (digest(path) === expected) return;
  check(path);
  throw damaged(
    path,
    `it is not as the last stop left it; if you changed it yourself, delete ${seal(path)} to have it taken as it is`,
  );
}

function digest(path: string): string {
  const hash = createHash("sha256");
  const file = openSync(path, "r");
  try {
    const chunk = Buffer.allocUnsafe(2 ** 20);
    for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk)) {
      hash.update(chunk.subarray(0, length));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}

/**
 * Checks through a read-only connection, since a writable one merges the log into the file when it closes.
 */
function check(path: string): void {
  if (!startsAsSqlite(path)) throw damaged(path, "it does not begin as an SQLite file does");
  const shared = `${path}-shm`;
  const leavesShared = !existsSync(shared);
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    refuseForeign(database, path);
    const { quick_check: found } = database.prepare("PRAGMA quick_check(1)").get() as { quick_check: string };
    if (found !== "ok") throw damaged(path, found.replaceAll("\n", " "));
  } finally {
    database.close();
    // The shared memory of readers, which an exclusive writer does not need. The log must not be removed.
    if (leavesShared) rmSync(shared, { force: true });
  }
}

/** SQLite itself does not check this if the log has a newer first page. */
function startsAsSqlite(path: string): boolean {
  const head = Buffer.alloc(16);
  const file = openSync(path, "r");
  readSync(file, head, 0, head.length, 0);
  closeSync(file);
  return head.equals(Buffer.from("SQLite format 3\0"));
}

function refuseForeign(database: DatabaseSync, path: string): void {
  const { application_id: application } = database.prepare("PRAGMA application_id").get() as {
    application_id: number;
  };
  if (application !== APPLICATION) {
    throw new UserError(
      `${path} is an SQLite file, but not one of the local cloud. Move it away, or choose another data folder.`,
    );
  }
  const { user_version: format } = database.prepare("PRAGMA user_version").get() as { user_version: number };
  if (format !== FORMAT) {
    throw new UserError(
      `${path} was written in format ${format}; this version reads format ${FORMAT}. Use the version that wrote it, or move the file away to start empty.`,
    );
  }
}

const damaged = (path: string, how: string) =>
  new UserError(
    `${path} is damaged (${how}). Nothing was changed in it. Restore a copy, or move it and the files next to it away to start with no data.`,
  );

/** The same error with a message for the user who started the local cloud. */
export function explain(error: unknown, path: string): Error {
  if (error instanceof UserError) return error;
  const { message, code, errcode } = error as NodeJS.ErrnoException & { errcode?: number };
  const cannotWrite = new UserError(
    `${path} cannot be read and written: ${message}. Allow it for its folder, or choose another data folder.`,
  );
  if (errcode === undefined) return code === undefined ? (error as Error) : cannotWrite;
  switch (errcode & 0xff) {
    case BUSY:
      return new UserError(
        `${path} is in use by another running local cloud. Stop that one, or choose another data folder.`,
      );
    case CORRUPT:
    case NOT_A_DATABASE:
      return damaged(path, message);
    case FULL:
      return new UserError(`There is no space left for ${path}: ${message}. Free some and start again.`);
    case READ_ONLY:
    case CANNOT_OPEN:
      return cannotWrite;
    default:
      return new UserError(`${path} cannot be opened: ${message}. Choose another data folder.`);
  }
}
