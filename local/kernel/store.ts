import { closeSync, existsSync, fdatasync, openSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { UserError } from "./errors.ts";

const APPLICATION = 0x4d494c4c; // "MILL"
const FORMAT = 1;

/**
 * The one SQLite file of the local cloud, as engines use it: synchronous statements, changes that are atomic
 * one by one, and a promise that says when what was written so far will survive a power cut.
 *
 * Changes are grouped: all that happens in one turn of the event loop is one SQLite transaction, and one
 * `fdatasync` in the background covers every transaction before it. The write-ahead log is a sequence with
 * checksums, so what a crash leaves is always a prefix of what happened: an effect without its cause cannot be.
 */
export class Store {
  private readonly database: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();
  private readonly log: number | undefined;
  private depth = 0;
  private open = false;
  private commitScheduled: NodeJS.Immediate | undefined;
  private unsynced: (() => void)[] = [];
  private syncing = false;
  /** Something was committed that no sync has covered yet. */
  private dirty = false;
  private failure: Error | undefined;

  private constructor(database: DatabaseSync, path: string) {
    this.database = database;
    this.log = path === ":memory:" ? undefined : openSync(`${path}-wal`, "r+");
  }

  /**
   * Opens or creates the file; ":memory:" keeps nothing. Throws a UserError for a file that is damaged, is
   * something else, was written by a newer version, or is in use. It never overwrites such a file.
   */
  static open(path: string): Store {
    const fresh = path === ":memory:" || !existsSync(path);
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(path);
      database.exec("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;");
      database.exec("PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=4000;");
      if (fresh) {
        database.exec(`PRAGMA application_id=${APPLICATION}; PRAGMA user_version=${FORMAT}`);
      } else {
        refuseForeign(database, path);
      }
      // A write makes sure that the log exists and that the lock is ours.
      database.exec("CREATE TABLE IF NOT EXISTS opened (at TEXT); DELETE FROM opened;");
      return new Store(database, path);
    } catch (error) {
      database?.close();
      throw explain(error, path);
    }
  }

  /** Creates an engine's tables: statements that are harmless where the tables exist. */
  define(schema: string): void {
    this.commit();
    this.database.exec(schema);
  }

  /** The prepared statement for this text; the same text is prepared once. */
  prepare(sql: string): StatementSync {
    let statement = this.statements.get(sql);
    if (!statement) {
      statement = this.database.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }

  /** Rows that the query finds. Bind values are positional; booleans and objects must be converted before. */
  all<Row = Record<string, any>>(sql: string, ...values: SqlValue[]): Row[] {
    return this.prepare(sql).all(...values) as Row[];
  }

  /** The first row, or undefined. */
  get<Row = Record<string, any>>(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.prepare(sql).get(...values) as Row | undefined;
  }

  /** A change; answers how many rows it touched. Outside `atomically` it is a change of its own. */
  run(sql: string, ...values: SqlValue[]): number {
    this.begin();
    return Number(this.prepare(sql).run(...values).changes);
  }

  /** Runs `change`: all of its writes, or none where it throws. `change` must be synchronous. May be nested. */
  atomically<T>(change: () => T): T {
    this.begin();
    const name = `s${this.depth++}`;
    this.prepare(`SAVEPOINT ${name}`).run();
    try {
      const result = change();
      this.prepare(`RELEASE ${name}`).run();
      return result;
    } catch (error) {
      this.prepare(`ROLLBACK TO ${name}`).run();
      this.prepare(`RELEASE ${name}`).run();
      throw error;
    } finally {
      this.depth--;
    }
  }

  /** Resolves when everything written so far is on disk; rejects where the disk refused it. */
  flushed(): Promise<void> {
    if (this.failure) return Promise.reject(this.failure);
    if (!this.open && !this.dirty && !this.syncing) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.unsynced.push(() => (this.failure ? reject(this.failure) : resolve()));
      if (!this.open) this.sync();
    });
  }

  close(): void {
    clearImmediate(this.commitScheduled);
    this.commit();
    this.statements.clear();
    this.database.close();
    if (this.log !== undefined) closeSync(this.log);
  }

  private begin(): void {
    if (this.failure) throw this.failure;
    if (this.open) return;
    this.database.exec("BEGIN");
    this.open = true;
    this.commitScheduled = setImmediate(() => this.commit());
  }

  private commit(): void {
    if (!this.open) return;
    try {
      this.database.exec("COMMIT");
    } catch (error) {
      this.failure = new UserError(
        `The data could not be written: ${(error as Error).message}. Free disk space and start again.`,
      );
    }
    this.open = false;
    this.dirty = true;
    this.sync();
  }

  private sync(): void {
    if (this.syncing || this.unsynced.length === 0) return;
    const covered = this.unsynced;
    this.unsynced = [];
    this.dirty = false;
    const finish = (error?: Error | null) => {
      if (error) this.failure = new UserError(`The data could not be written: ${error.message}.`);
      this.syncing = false;
      for (const done of covered) done();
      if (!this.open) this.sync();
    };
    if (this.log === undefined || this.failure) {
      finish();
      return;
    }
    this.syncing = true;
    fdatasync(this.log, finish);
  }
}

export type SqlValue = string | number | bigint | null | Uint8Array;

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
  const check = database.prepare("PRAGMA quick_check(1)").get() as { quick_check: string };
  if (check.quick_check !== "ok") throw new Error(check.quick_check);
}

function explain(error: unknown, path: string): Error {
  if (error instanceof UserError) return error;
  const message = (error as Error).message;
  if (/locked|busy/i.test(message)) {
    return new UserError(
      `${path} is in use by another running local cloud. Stop that one, or choose another data folder.`,
    );
  }
  return new UserError(
    `${path} is damaged (${message}). Nothing was changed in it. Restore a copy, or move it away to start with no data.`,
  );
}
