import type { Store } from "../kernel/store.ts";

/** A row of `states_machines`. Times are milliseconds since the epoch; configurations are JSON. */
export interface MachineRow {
  arn: string;
  name: string;
  type: "STANDARD" | "EXPRESS";
  role: string;
  definition: number;
  /** Null until the first update. */
  revision: string | null;
  created: number;
  logging: string;
  tracing: string;
  encryption: string | null;
  /** Number of the last published version. */
  versions: number;
}

export interface VersionRow {
  machine: string;
  version: number;
  role: string;
  definition: number;
  revision: string | null;
  description: string | null;
  created: number;
}

export interface Route {
  stateMachineVersionArn: string;
  weight: number;
}

export interface AliasRow {
  arn: string;
  machine: string;
  name: string;
  description: string | null;
  /** JSON of `Route[]`. */
  routes: string;
  created: number;
  updated: number;
}

export interface ActivityRow {
  arn: string;
  name: string;
  created: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS states_machines (
    arn TEXT PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, role TEXT NOT NULL, definition INTEGER NOT NULL,
    revision TEXT, created INTEGER NOT NULL, logging TEXT NOT NULL, tracing TEXT NOT NULL, encryption TEXT,
    versions INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS states_versions (
    machine TEXT NOT NULL, version INTEGER NOT NULL, role TEXT NOT NULL, definition INTEGER NOT NULL, revision TEXT,
    description TEXT, created INTEGER NOT NULL, PRIMARY KEY (machine, version)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS states_aliases (
    arn TEXT PRIMARY KEY, machine TEXT NOT NULL, name TEXT NOT NULL, description TEXT, routes TEXT NOT NULL,
    created INTEGER NOT NULL, updated INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS states_aliases_of ON states_aliases (machine, name);
  CREATE TABLE IF NOT EXISTS states_activities (arn TEXT PRIMARY KEY, name TEXT NOT NULL, created INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS states_tags (
    arn TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (arn, key)) WITHOUT ROWID;
`;

/** The tables of what is defined: state machines with their versions and aliases, activities, tags. */
export class Registry {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
    store.define(SCHEMA);
  }

  machine(arn: string): MachineRow | undefined {
    return this.store.get<MachineRow>("SELECT * FROM states_machines WHERE arn = ?", arn);
  }

  machines(): MachineRow[] {
    return this.store.all<MachineRow>("SELECT * FROM states_machines ORDER BY arn");
  }

  putMachine(row: MachineRow): void {
    this.store.run(
      `INSERT OR REPLACE INTO states_machines
        (arn, name, type, role, definition, revision, created, logging, tracing, encryption, versions)
        VALUES (?,?,?,?,?,?,?,?,?,?,?)`,
      row.arn,
      row.name,
      row.type,
      row.role,
      row.definition,
      row.revision,
      row.created,
      row.logging,
      row.tracing,
      row.encryption,
      row.versions,
    );
  }

  removeMachine(arn: string): void {
    this.store.run("DELETE FROM states_machines WHERE arn = ?", arn);
    this.store.run("DELETE FROM states_versions WHERE machine = ?", arn);
    this.store.run("DELETE FROM states_aliases WHERE machine = ?", arn);
    this.store.run("DELETE FROM states_tags WHERE arn = ?", arn);
  }

  version(machine: string, version: number): VersionRow | undefined {
    return this.store.get<VersionRow>(
      "SELECT * FROM states_versions WHERE machine = ? AND version = ?",
      machine,
      version,
    );
  }

  /** The newest first. */
  versions(machine: string): VersionRow[] {
    return this.store.all<VersionRow>(
      "SELECT * FROM states_versions WHERE machine = ? ORDER BY version DESC",
      machine,
    );
  }

  putVersion(row: VersionRow): void {
    this.store.run(
      `INSERT INTO states_versions (machine, version, role, definition, revision, description, created)
        VALUES (?,?,?,?,?,?,?)`,
      row.machine,
      row.version,
      row.role,
      row.definition,
      row.revision,
      row.description,
      row.created,
    );
  }

  removeVersion(machine: string, version: number): void {
    this.store.run("DELETE FROM states_versions WHERE machine = ? AND version = ?", machine, version);
  }

  alias(arn: string): AliasRow | undefined {
    return this.store.get<AliasRow>("SELECT * FROM states_aliases WHERE arn = ?", arn);
  }

  aliases(machine: string): AliasRow[] {
    return this.store.all<AliasRow>("SELECT * FROM states_aliases WHERE machine = ? ORDER BY name", machine);
  }

  putAlias(row: AliasRow): void {
    this.store.run(
      `INSERT OR REPLACE INTO states_aliases (arn, machine, name, description, routes, created, updated)
        VALUES (?,?,?,?,?,?,?)`,
      row.arn,
      row.machine,
      row.name,
      row.description,
      row.routes,
      row.created,
      row.updated,
    );
  }

  removeAlias(arn: string): void {
    this.store.run("DELETE FROM states_aliases WHERE arn = ?", arn);
  }

  activity(arn: string): ActivityRow | undefined {
    return this.store.get<ActivityRow>("SELECT * FROM states_activities WHERE arn = ?", arn);
  }

  putActivity(row: ActivityRow): void {
    this.store.run(
      "INSERT INTO states_activities (arn, name, created) VALUES (?,?,?)",
      row.arn,
      row.name,
      row.created,
    );
  }

  removeActivity(arn: string): void {
    this.store.run("DELETE FROM states_activities WHERE arn = ?", arn);
    this.store.run("DELETE FROM states_tags WHERE arn = ?", arn);
  }

  tags(arn: string): { key: string; value: string }[] {
    return this.store.all("SELECT key, value FROM states_tags WHERE arn = ? ORDER BY key", arn);
  }

  putTag(arn: string, key: string, value: string): void {
    this.store.run("INSERT OR REPLACE INTO states_tags (arn, key, value) VALUES (?,?,?)", arn, key, value);
  }

  removeTag(arn: string, key: string): void {
    this.store.run("DELETE FROM states_tags WHERE arn = ? AND key = ?", arn, key);
  }
}
