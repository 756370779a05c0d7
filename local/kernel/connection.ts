import { DatabaseSync, type StatementSync } from "node:sqlite";
import { requireNode } from "./node-version.ts";

/** A database with the statements that were prepared for it. */
export interface Connection {
  database: DatabaseSync;
  statements: Map<string, StatementSync>;
}

/** Connections that were given back, by content: with them, nothing has to be prepared again. */
const spare = new WeakMap<Uint8Array, Connection[]>();

/**
 * A database in memory with this content. All its changes are one transaction, which `giveBack` rolls back.
 */
export function connectionWith(content: Uint8Array): Connection {
  const connection = spare.get(content)?.pop() ?? connect(content);
  connection.database.exec("BEGIN");
  return connection;
}

/** Rolls the changes back, and keeps the connection for the next user of the same content. */
export function giveBack(connection: Connection, content: Uint8Array): void {
  connection.database.exec("ROLLBACK");
  spare.set(content, [...(spare.get(content) ?? []), connection]);
}

function connect(content: Uint8Array): Connection {
  requireNode();
  const database = new DatabaseSync(":memory:");
  database.deserialize(content);
  return { database, statements: new Map() };
}
