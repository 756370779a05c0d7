import { createHash } from "node:crypto";
import type { Kernel } from "../kernel/kernel.ts";
import { conflict, notFound } from "./errors.ts";
import { functionArn, readFunctionName } from "./names.ts";
import type { Settings } from "./settings.ts";

/** One version of a function: what an environment needs to start. */
export interface FunctionVersion {
  name: string;
  /** "$LATEST" or "3". */
  version: string;
  settings: Settings;
  /** Folder of the unpacked bundle. */
  code: string;
  /** Changes only with the code and the settings. */
  revision: string;
  /** Milliseconds since the epoch. */
  modified: number;
}

/** The result of resolving a name. */
export interface Target {
  version: FunctionVersion;
  /** The qualifier in the name. */
  qualifier: string | undefined;
  /** The ARN as the caller named it: with the alias, if there was one. */
  arn: string;
}

export interface FunctionRow {
  name: string;
  published: number;
  reserved: number | null;
  tags: string;
  statements: string;
  recursive_loop: string;
}

export interface Alias {
  function: string;
  name: string;
  version: string;
  description: string;
}

export const LATEST = "$LATEST";
/** Qualifiers that name an alias: no version is written like it. */
export const ALIAS_NAME = /^(?!\d+$)[a-zA-Z0-9-_]+$/;

/** The functions with their versions and aliases. */
export class Functions {
  private readonly kernel: Kernel;
  /** Cached versions: invocations are far more frequent than changes. */
  private readonly versions = new Map<string, FunctionVersion>();
  private readonly changed: (name: string) => void;

  /** `changed` is called when a function's `$LATEST` changes or the function is deleted. */
  constructor(kernel: Kernel, changed: (name: string) => void) {
    this.kernel = kernel;
    this.changed = changed;
  }

  /**
   * Resolves a caller's name. Throws ResourceNotFoundException, which names `implied` if the caller gave no
   * qualifier.
   */
  resolve(functionName: unknown, given?: string, implied?: string): Target {
    const { name, qualifier } = readFunctionName(this.kernel, functionName, given);
    const arn = functionArn(this.kernel, name, qualifier);
    const version = this.version(name, this.aliased(name, qualifier) ?? qualifier ?? LATEST);
    if (!version) {
      throw notFound(`Function not found: ${functionArn(this.kernel, name, qualifier ?? implied)}`);
    }
    return { version, qualifier, arn };
  }

  row<Row = FunctionRow>(name: string, columns = "*"): Row {
    const row = this.kernel.store.get<Row>(`SELECT ${columns} FROM lambda_function WHERE name = ?`, name);
    if (!row) throw notFound(`Function not found: ${functionArn(this.kernel, name)}`);
    return row;
  }

  /** The reserved concurrency; null if there is none. */
  reserved(name: string): number | null {
    return this.row<Pick<FunctionRow, "reserved">>(name, "reserved").reserved;
  }

  tags(name: string): Record<string, string> {
    return JSON.parse(this.row(name).tags);
  }

  setTags(name: string, tags: Record<string, string>): void {
    this.kernel.store.run("UPDATE lambda_function SET tags = ? WHERE name = ?", JSON.stringify(tags), name);
  }

  /** The policy of the function, version or alias with this ARN, as JSON text; undefined if there is none. */
  policyOf(arn: string): string | undefined {
    const name = arn.split(":")[6] ?? "";
    const row = this.kernel.store.get<FunctionRow>("SELECT * FROM lambda_function WHERE name = ?", name);
    const Statement = row && JSON.parse(row.statements).filter(({ Resource }: any) => Resource === arn);
    return Statement?.length > 0
      ? JSON.stringify({ Version: "2012-10-17", Id: "default", Statement })
      : undefined;
  }

  has(name: string): boolean {
    return this.version(name, LATEST) !== undefined;
  }

  /** Whether the function, version or alias exists that a caller names. */
  exists(name: string, qualifier: string | undefined): boolean {
    return this.version(name, this.aliased(name, qualifier) ?? qualifier ?? LATEST) !== undefined;
  }

  /**
   * Creates the function, or updates the code and settings of its `$LATEST`. `others` are settings that have
   * no effect locally but make a different version.
   */
  put(name: string, code: string, settings: Settings, others = {}): FunctionVersion {
    const { store, clock } = this.kernel;
    const revision = revisionOf([code, settings, others]);
    const current = this.version(name, LATEST);
    if (current?.revision === revision) return current;
    store.atomically(() => {
      store.run("INSERT OR IGNORE INTO lambda_function (name) VALUES (?)", name);
      store.run(
        "INSERT OR REPLACE INTO lambda_version VALUES (?, ?, 0, ?, ?, ?, ?)",
        name,
        LATEST,
        JSON.stringify(settings),
        code,
        revision,
        clock.now(),
      );
    });
    this.versions.delete(`${name}:${LATEST}`);
    this.changed(name);
    return this.version(name, LATEST)!;
  }

  /** Whether `$LATEST` has the code and the settings of a published version. */
  isLatest(name: string, version: string): boolean {
    return this.version(name, version)?.revision === this.version(name, LATEST)!.revision;
  }

  /** The number of the latest published version, "0" if there is none. */
  newest(name: string): string {
    return String(this.row(name).published);
  }

  /** Publishes `$LATEST` with a description; returns the newest version if nothing has changed since. */
  publish(name: string, description?: string): FunctionVersion {
    const { store, clock } = this.kernel;
    const newest = this.newest(name);
    if (this.isLatest(name, newest)) return this.version(name, newest)!;
    const latest = this.version(name, LATEST)!;
    const number = Number(newest) + 1;
    store.atomically(() => {
      store.run("UPDATE lambda_function SET published = ? WHERE name = ?", number, name);
      store.run(
        "INSERT INTO lambda_version VALUES (?, ?, ?, ?, ?, ?, ?)",
        name,
        String(number),
        number,
        JSON.stringify({
          ...latest.settings,
          ...(description !== undefined && { Description: description }),
        }),
        latest.code,
        latest.revision,
        clock.now(),
      );
    });
    return this.version(name, String(number))!;
  }

  remove(name: string, version?: string): void {
    const { store } = this.kernel;
    store.atomically(() => {
      if (version !== undefined) {
        const alias = store.get<Alias>(
          "SELECT * FROM lambda_alias WHERE function = ? AND version = ?",
          name,
          version,
        );
        if (alias) {
          throw conflict(
            `Version ${version} of ${name} is what alias ${alias.name} points to. Change the alias first.`,
          );
        }
        store.run("DELETE FROM lambda_version WHERE function = ? AND version = ?", name, version);
        return;
      }
      store.run("DELETE FROM lambda_function WHERE name = ?", name);
      for (const table of ["lambda_version", "lambda_alias", "lambda_invoke_config", "lambda_url"]) {
        store.run(`DELETE FROM ${table} WHERE function = ?`, name);
      }
    });
    this.versions.clear();
    this.changed(name);
  }

  names(): string[] {
    return this.kernel.store
      .all<FunctionRow>("SELECT name FROM lambda_function ORDER BY name")
      .map(({ name }) => name);
  }

  /** `$LATEST` first, then in the order of publication. */
  versionsOf(name: string): FunctionVersion[] {
    return this.kernel.store
      .all("SELECT version FROM lambda_version WHERE function = ? ORDER BY number", name)
      .map(({ version }) => this.version(name, version)!);
  }

  version(name: string, version: string): FunctionVersion | undefined {
    const key = `${name}:${version}`;
    const known = this.versions.get(key);
    if (known) return known;
    const row = this.kernel.store.get(
      "SELECT * FROM lambda_version WHERE function = ? AND version = ?",
      name,
      version,
    );
    if (!row) return undefined;
    const { settings, code, revision, modified } = row;
    const found = { name, version, settings: JSON.parse(settings), code, revision, modified };
    this.versions.set(key, found);
    return found;
  }

  alias(name: string, alias: string): Alias | undefined {
    return this.kernel.store.get<Alias>(
      "SELECT * FROM lambda_alias WHERE function = ? AND name = ?",
      name,
      alias,
    );
  }

  private aliased(name: string, qualifier: string | undefined): string | undefined {
    if (qualifier === undefined || qualifier === LATEST || /^\d+$/.test(qualifier)) return undefined;
    return this.alias(name, qualifier)?.version;
  }
}

/** An id that changes only with its input. */
export function revisionOf(content: unknown): string {
  const hex = createHash("sha256").update(JSON.stringify(content)).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}
