import type { Kernel } from "../../kernel/kernel.ts";

/**
 * The instance of a custom resource of the template. A replaced one exists next to its successor until it is
 * deleted.
 */
export interface Instance {
  path: string;
  type: string;
  physicalId: string;
  /** The properties that were last sent. */
  properties: Record<string, unknown>;
  /** The values of Fn::GetAtt. */
  data: Record<string, unknown>;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS cloudformation_custom_resources (
    identity TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    content TEXT NOT NULL
  )`;

/** Properties may contain addresses of this endpoint: at another port they count as equal. */
const ENDPOINT = "{endpoint}";

/** Two resources of the template may have the same physical id. */
export const identityOf = ({ path, type, physicalId }: Instance) =>
  [path, type, physicalId].map(encodeURIComponent).join("|");

/** The created custom resources, stored between starts. */
export class Instances {
  private readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    kernel.store.define(SCHEMA);
  }

  /** The latest at a path. */
  current(path: string): Instance | undefined {
    return this.read("path = ? ORDER BY rowid DESC LIMIT 1", path);
  }

  find(identity: string): Instance | undefined {
    return this.read("identity = ?", identity);
  }

  put(instance: Instance): void {
    const content = JSON.stringify(instance).replaceAll(this.kernel.endpoint, ENDPOINT);
    this.kernel.store.run(
      "INSERT OR REPLACE INTO cloudformation_custom_resources (identity, path, content) VALUES (?, ?, ?)",
      identityOf(instance),
      instance.path,
      content,
    );
  }

  remove(identity: string): void {
    this.kernel.store.run("DELETE FROM cloudformation_custom_resources WHERE identity = ?", identity);
  }

  private read(condition: string, value: string): Instance | undefined {
    const row = this.kernel.store.get<{ content: string }>(
      `SELECT content FROM cloudformation_custom_resources WHERE ${condition}`,
      value,
    );
    return row && JSON.parse(row.content.replaceAll(ENDPOINT, this.kernel.endpoint));
  }
}
