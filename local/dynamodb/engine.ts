import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { tableNotFound } from "./errors.ts";
import { Items } from "./storage/items.ts";
import { SCHEMA } from "./storage/schema.ts";
import { StreamLog } from "./storage/stream-log.ts";
import { Tables } from "./storage/tables.ts";
import type { Table } from "./table.ts";
import { Expiry } from "./time-to-live.ts";

/** The dependencies of the operations. */
export interface Engine {
  readonly kernel: Kernel;
  readonly tables: Tables;
  readonly items: Items;
  readonly log: StreamLog;
  readonly expiry: Expiry;
}

export function createEngine(kernel: Kernel): Engine {
  kernel.store.define(SCHEMA);
  const tables = new Tables(kernel.store);
  const log = new StreamLog(kernel);
  const items: Items = new Items(kernel.store, log, (seconds) => expiry.arm(seconds));
  const expiry: Expiry = new Expiry(kernel, tables, items);
  return { kernel, tables, items, log, expiry };
}

/** The table that an item request names. */
export function tableForItems({ tables }: Engine, name: string): Table {
  const table = tables.find(name);
  if (!table) throw new ServiceError("ResourceNotFoundException", "Requested resource not found");
  return table;
}

/** The table that a table request names. */
export function tableForControl({ tables }: Engine, name: string): Table {
  const table = tables.find(name);
  if (!table) throw tableNotFound(name);
  return table;
}
