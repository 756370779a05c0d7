import type { Kernel } from "../kernel/kernel.ts";
import { type PolicyDocument, type Rules, rulesOf } from "./policy.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS iam_roles (name TEXT PRIMARY KEY, arn TEXT NOT NULL, id TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS iam_policies (
    role TEXT NOT NULL,
    source TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (role, source)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS iam_policies_by_source ON iam_policies (source);`;

interface Role {
  id: string;
  rules: Rules;
}

/** The app's roles and the statements of their policies. */
export class Identities {
  private readonly kernel: Kernel;
  /** By ARN, with their rules compiled on first use. */
  private readonly roles = new Map<string, Role | undefined>();

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    kernel.store.define(SCHEMA);
  }

  putRole(name: string, arn: string): { id: string } {
    const { store, random } = this.kernel;
    const id = `AROA${random.bytes(10).toString("hex").slice(0, 17).toUpperCase()}`;
    store.run(
      "INSERT INTO iam_roles VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET arn = excluded.arn",
      name,
      arn,
      id,
    );
    this.roles.clear();
    return store.get<{ id: string }>("SELECT id FROM iam_roles WHERE name = ?", name)!;
  }

  removeRole(name: string): void {
    this.kernel.store.run("DELETE FROM iam_roles WHERE name = ?", name);
    this.kernel.store.run("DELETE FROM iam_policies WHERE role = ?", name);
    this.roles.clear();
  }

  /** Replaces what `source` (a policy's path) grants to these roles. */
  putPolicy(source: string, roles: string[], documents: PolicyDocument[]): void {
    const { store } = this.kernel;
    store.atomically(() => {
      store.run("DELETE FROM iam_policies WHERE source = ?", source);
      for (const role of roles) {
        store.run("INSERT INTO iam_policies VALUES (?, ?, ?)", role, source, JSON.stringify(documents));
      }
    });
    this.roles.clear();
  }

  removePolicy(source: string): void {
    this.putPolicy(source, [], []);
  }

  /** The role's id, as SQS shows it; undefined for a principal that is not a role of the app. */
  idOf(arn: string): string | undefined {
    return this.role(arn)?.id;
  }

  /** All rules of a role; undefined for a principal that is not a role of the app. */
  rulesOf(arn: string): Rules | undefined {
    return this.role(arn)?.rules;
  }

  private role(arn: string): Role | undefined {
    if (!this.roles.has(arn)) this.roles.set(arn, this.read(arn));
    return this.roles.get(arn);
  }

  private read(arn: string): Role | undefined {
    const { store } = this.kernel;
    const name = arn.slice(arn.lastIndexOf("/") + 1);
    const role = store.get<{ id: string }>("SELECT id FROM iam_roles WHERE name = ? AND arn = ?", name, arn);
    if (!role) return undefined;
    const documents = store
      .all<{ document: string }>("SELECT document FROM iam_policies WHERE role = ? ORDER BY source", name)
      .flatMap(({ document }) => JSON.parse(document) as PolicyDocument[]);
    return { ...role, rules: rulesOf(...documents) };
  }
}
