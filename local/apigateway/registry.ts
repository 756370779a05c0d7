import type { Kernel } from "../kernel/kernel.ts";
import { notFound } from "./errors.ts";
import type { PartKind } from "./kinds.ts";
import type { Settings } from "./part-settings.ts";

export interface Entry {
  id: string;
  settings: Settings;
  /** Milliseconds since the epoch. */
  created: number;
}

interface Row {
  id: string;
  settings: string;
  created: number;
}

const read = ({ id, settings, created }: Row): Entry => ({ id, settings: JSON.parse(settings), created });

/** The stored APIs and their parts. */
export class Registry {
  private readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  /** Creates the API or replaces its settings. */
  putApi(id: string, settings: Settings): void {
    const { store, clock } = this.kernel;
    store.run(
      `INSERT INTO apigateway_api VALUES (?, ?, ?, 0)
         ON CONFLICT (id) DO UPDATE SET settings = excluded.settings, revision = revision + 1`,
      id,
      JSON.stringify(settings),
      clock.now(),
    );
  }

  apis(): Entry[] {
    return this.kernel.store.all<Row>("SELECT * FROM apigateway_api ORDER BY id").map(read);
  }

  /** Throws NotFoundException. */
  api(id: string | undefined): Entry {
    const row = this.kernel.store.get<Row>("SELECT * FROM apigateway_api WHERE id = ?", id ?? "");
    if (!row) throw notFound(`Invalid API identifier specified ${this.kernel.account}:${id}`);
    return read(row);
  }

  /**
   * A number that changes with each change of the API or one of its parts; undefined if the API does not
   * exist.
   */
  revision(id: string): number | undefined {
    return this.kernel.store.get<{ revision: number }>("SELECT revision FROM apigateway_api WHERE id = ?", id)
      ?.revision;
  }

  removeApi(id: string): void {
    this.kernel.store.atomically(() => {
      this.clear(id);
      this.kernel.store.run("DELETE FROM apigateway_api WHERE id = ?", id);
    });
  }

  /** Removes all parts. */
  clear(api: string): void {
    this.kernel.store.run("DELETE FROM apigateway_part WHERE api = ?", api);
    this.changed(api);
  }

  putPart(api: string, kind: PartKind, id: string, settings: Settings): void {
    const { store, clock } = this.kernel;
    store.atomically(() => {
      store.run(
        `INSERT INTO apigateway_part VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (api, kind, id) DO UPDATE SET settings = excluded.settings`,
        api,
        kind,
        id,
        JSON.stringify(settings),
        clock.now(),
      );
      this.changed(api);
    });
  }

  parts(api: string, kind: PartKind): Entry[] {
    return this.kernel.store
      .all<Row>("SELECT * FROM apigateway_part WHERE api = ? AND kind = ? ORDER BY id", api, kind)
      .map(read);
  }

  findPart(api: string, kind: PartKind, id: string): Entry | undefined {
    const row = this.kernel.store.get<Row>(
      "SELECT * FROM apigateway_part WHERE api = ? AND kind = ? AND id = ?",
      api,
      kind,
      id,
    );
    return row && read(row);
  }

  removePart(api: string, kind: PartKind, id: string): void {
    this.kernel.store.atomically(() => {
      this.kernel.store.run(
        "DELETE FROM apigateway_part WHERE api = ? AND kind = ? AND id = ?",
        api,
        kind,
        id,
      );
      this.changed(api);
    });
  }

  private changed(api: string): void {
    this.kernel.store.run("UPDATE apigateway_api SET revision = revision + 1 WHERE id = ?", api);
  }
}
