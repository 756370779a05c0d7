import { resolve } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { type Connection, connectionWith, giveBack } from "./connection.ts";
import { explain, prepareDataFile, sealDataFile, unsealDataFile } from "./data-file.ts";
import { LogSync, type SyncByCaller } from "./log-sync.ts";
import { requireNode } from "./node-version.ts";

/**
 * The one SQLite file of the local cloud: synchronous statements, atomic changes, and a promise that resolves
 * when everything written so far would survive a power failure.
 *
 * Changes are grouped: all changes of one turn of the event loop are one SQLite transaction, or those of all
 * turns while the disk is busy, and an `fdatasync` in the background covers every transaction before it. The
 * write-ahead log is a sequence with checksums, so a crash always leaves a prefix of the changes: an effect
 * without its cause is impossible.
 */
export class Store {
  private readonly database: DatabaseSync;
  private readonly statements: Map<string, StatementSync>;
  /** Undefined for a store in memory. */
  private readonly path: string | undefined;
  /**
   * The content from which this copy was made. All changes of a copy are one transaction, which is rolled
   * back in the end.
   */
  private readonly original: Uint8Array | undefined;
  private readonly sync: LogSync;
  private depth = 0;
  private rolledBack = 0;
  private open = false;
  /** All changes are one transaction, until the change that `whole` runs has ended. */
  private held = false;
  private commitScheduled: NodeJS.Immediate | undefined;
  private closed = false;

  private constructor({ database, statements }: Connection, path?: string, original?: Uint8Array) {
    this.database = database;
    this.statements = statements;
    this.path = path;
    this.original = original;
    this.sync = new LogSync(path && `${path}-wal`, () => {
      if (this.open) this.commitAtEndOfTurn();
      else this.sync.startIfAwaited();
    });
  }

  /**
   * Opens or creates the file; ":memory:" stores nothing. Throws a UserError for a file that is damaged, is
   * something else, was written by another version, or is in use. It never changes such a file.
   */
  static open(path: string): Store {
    requireNode();
    // A relative path could be mistaken for a URI.
    const file = path === ":memory:" ? undefined : prepareDataFile(resolve(path));
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(file ?? ":memory:");
      database.exec("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;");
      // A checkpoint after 64 MB: each page is written once for many changes of it, and everything waits for it.
      // A cache of 4 MB: most commits go through all of it, and what is not in it comes from the system's cache.
      database.exec("PRAGMA temp_store=MEMORY; PRAGMA cache_size=-4096; PRAGMA wal_autocheckpoint=16000;");
      // Ensures that the log exists and that this process has the lock.
      database.exec("BEGIN EXCLUSIVE; COMMIT;");
      const store = new Store({ database, statements: new Map() }, file);
      if (file !== undefined) unsealDataFile(file);
      return store;
    } catch (error) {
      database?.close();
      throw explain(error, path);
    }
  }

  /**
   * A store in memory that begins with the content of another. A closed one becomes the next copy of that
   * content.
   */
  static copy(content: Uint8Array): Store {
    return new Store(connectionWith(content), undefined, content);
  }

  /** The content of a store in memory, for copies. */
  content(): Uint8Array {
    this.commit();
    return this.database.serialize();
  }

  /** Creates an engine's tables: statements that have no effect if the tables exist. */
  define(schema: string): void {
    this.commit();
    this.database.exec(schema);
  }

  /**
   * The prepared statement for this text; the same text is prepared once. SQLite plans by the value of a bare
   * `LIMIT ?`, and so prepares it again for each use, which takes longer than most uses; it does not for the
   * value of an expression.
   */
  prepare(sql: string): StatementSync {
    // A copy's connection may be another copy's by now.
    if (this.closed) throw new Error("The store is closed.");
    let statement = this.statements.get(sql);
    if (!statement) {
      statement = this.database.prepare(sql.replaceAll("LIMIT ?", "LIMIT +?"));
      this.statements.set(sql, statement);
    }
    return statement;
  }

  /** Rows of a query. Bind values are positional; booleans and objects must be converted before. */
  all<Row = Record<string, any>>(sql: string, ...values: SqlValue[]): Row[] {
    return this.prepare(sql).all(...values) as Row[];
  }

  /** The first row, or undefined. */
  get<Row = Record<string, any>>(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.prepare(sql).get(...values) as Row | undefined;
  }

  /** A change; answers the number of changed rows. Outside `atomically` it is a change of its own. */
  run(sql: string, ...values: SqlValue[]): number {
    this.begin();
    return Number(this.prepare(sql).run(...values).changes);
  }

  /** Inserts a row as a change; answers its number. */
  insert(sql: string, ...values: SqlValue[]): number {
    this.begin();
    return Number(this.prepare(sql).run(...values).lastInsertRowid);
  }

  /** Runs `change`: all of its writes, or none if it throws. `change` must be synchronous. May be nested. */
  atomically<T>(change: () => T): T {
    this.begin();
    const name = `s${this.depth++}`;
    this.prepare(`SAVEPOINT ${name}`).run();
    try {
      const result = change();
      this.prepare(`RELEASE ${name}`).run();
      return result;
    } catch (error) {
      // A full disk rolls back the whole transaction, including savepoints.
      if (!this.database.isTransaction) throw this.sync.fail(error);
      this.rolledBack++;
      this.prepare(`ROLLBACK TO ${name}`).run();
      this.prepare(`RELEASE ${name}`).run();
      throw error;
    } finally {
      this.depth--;
    }
  }

  /**
   * Runs `change`: everything that is written until it ends, by any writer, or nothing of it if it throws. It
   * is on disk only then, so `flushed` does not wait meanwhile.
   */
  async whole<T>(change: () => Promise<T>): Promise<T> {
    this.commit();
    this.begin();
    this.held = true;
    try {
      return await change();
    } catch (error) {
      this.takeBack();
      throw error;
    } finally {
      this.held = false;
      this.commit();
    }
  }

  private takeBack(): void {
    if (!this.database.isTransaction) return;
    this.open = false;
    this.rolledBack++;
    this.database.exec("ROLLBACK");
  }

  /** How often changes were rolled back: a cache of what was written before the last time may be wrong. */
  get rollbacks(): number {
    return this.rolledBack;
  }

  /**
   * Resolves when everything written so far is on disk, or when `syncByCaller` is called to bring it there; rejects if
   * the disk refused it.
   */
  flushed(syncByCaller?: SyncByCaller): Promise<void> {
    if (this.sync.failure) return Promise.reject(this.sync.failure);
    if (this.held) return Promise.resolve();
    return this.sync.flushed(this.open, syncByCaller);
  }

  /** Writes everything to disk, notifies waiters, and closes the file. */
  close(): void {
    if (this.closed) return;
    clearImmediate(this.commitScheduled);
    this.commit();
    this.closed = true;
    this.sync.finish();
    this.disconnect();
    this.sync.close();
    if (this.path !== undefined && !this.sync.failure) sealDataFile(this.path);
  }

  private disconnect(): void {
    const { original, database, statements } = this;
    if (original && !this.sync.failure) {
      giveBack({ database, statements }, original);
      return;
    }
    statements.clear();
    database.close();
  }

  private begin(): void {
    if (this.sync.failure) throw this.sync.failure;
    if (this.closed) throw new Error("The store is closed.");
    if (this.open) {
      // The earlier writes of this turn are lost, so nothing that depends on them may be written.
      if (!this.database.isTransaction) throw this.sync.fail(new Error("the transaction was taken back"));
      return;
    }
    if (!this.original) this.prepare("BEGIN").run();
    this.open = true;
    this.commitAtEndOfTurn();
  }

  /**
   * While no further sync may begin, further turns join the transaction: the sync that covers it could not begin
   * earlier anyway.
   */
  private commitAtEndOfTurn(): void {
    this.commitScheduled ??= setImmediate(() => {
      this.commitScheduled = undefined;
      if (!this.sync.isBusy) this.commit();
    });
  }

  private commit(): void {
    if (!this.open || this.held) return;
    this.open = false;
    try {
      if (!this.original) this.prepare("COMMIT").run();
    } catch (error) {
      this.sync.fail(error);
    }
    this.sync.committed();
  }
}

export type SqlValue = string | number | bigint | null | Uint8Array;
