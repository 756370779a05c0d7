import type { Kernel } from "../../kernel/kernel.ts";
import type { ConnectionRow, Connections } from "../connections/connections.ts";
import { notFound } from "../validation.ts";

/** An API destination as it is kept. */
export interface DestinationRow {
  name: string;
  id: string;
  /** ARN of its connection. */
  connection: string;
  settings: string;
  created: number;
  modified: number;
}

export interface DestinationSettings {
  Description?: string;
  InvocationEndpoint: string;
  HttpMethod: string;
  InvocationRateLimitPerSecond: number;
}

/** The API destinations of the account. */
export class Destinations {
  private readonly kernel: Kernel;
  private readonly connections: Connections;

  constructor(kernel: Kernel, connections: Connections) {
    this.kernel = kernel;
    this.connections = connections;
  }

  arn({ name, id }: Pick<DestinationRow, "name" | "id">): string {
    return this.kernel.arn("events", `api-destination/${name}/${id}`);
  }

  find(name: string): DestinationRow | undefined {
    return this.kernel.store.get<DestinationRow>("SELECT * FROM events_api_destination WHERE name = ?", name);
  }

  /** Throws ResourceNotFoundException. */
  existing(name: string): DestinationRow {
    const row = this.find(name);
    if (row) return row;
    throw notFound(`Failed to describe the api-destination(s). An api-destination '${name}' does not exist.`);
  }

  /** The destination with this ARN, whose id it has to have. Throws ResourceNotFoundException. */
  withArn(arn: string): DestinationRow {
    const [, name = "", id] = /:api-destination\/([^/]+)\/([^/]+)$/.exec(arn) ?? [];
    const row = this.existing(name);
    if (row.id === id) return row;
    throw notFound(`The API destination ${arn} does not exist.`);
  }

  connectionOf({ connection }: DestinationRow): ConnectionRow | undefined {
    return this.connections.withArn(connection);
  }

  /** It can be invoked as long as its connection is authorized. */
  stateOf(row: DestinationRow): "ACTIVE" | "INACTIVE" {
    return this.connectionOf(row)?.state === "AUTHORIZED" ? "ACTIVE" : "INACTIVE";
  }

  save(name: string, connection: string, settings: DestinationSettings): DestinationRow {
    const { store, random, clock } = this.kernel;
    const before = this.find(name);
    store.run(
      "INSERT OR REPLACE INTO events_api_destination VALUES (?, ?, ?, ?, ?, ?)",
      name,
      before?.id ?? random.uuid(),
      connection,
      JSON.stringify(settings),
      before?.created ?? clock.now(),
      clock.now(),
    );
    return this.existing(name);
  }

  remove({ name }: DestinationRow): void {
    this.kernel.store.run("DELETE FROM events_api_destination WHERE name = ?", name);
  }
}
