import type { AttributeMap } from "./value/attribute-value.ts";

export interface KeyAttribute {
  name: string;
  type: "S" | "N" | "B";
}

/** A partition key and, for most tables, a sort key. */
export interface Keys {
  hash: KeyAttribute;
  range?: KeyAttribute;
}

export interface Throughput {
  ReadCapacityUnits: number;
  WriteCapacityUnits: number;
}

export interface Index {
  /** Number of the index in the store; never reused. */
  id: number;
  name: string;
  scope: "global" | "local";
  keys: Keys;
  projection: { type: "ALL" | "KEYS_ONLY" | "INCLUDE"; attributes: string[] };
  throughput?: Throughput;
}

export type StreamViewType = "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";

/** A table's definition and settings. Times are milliseconds since the epoch. */
export interface Table {
  /** Number of the table in the store; never reused. */
  id: number;
  name: string;
  arn: string;
  uuid: string;
  created: number;
  keys: Keys;
  indexes: Index[];
  billingMode: "PROVISIONED" | "PAY_PER_REQUEST";
  throughput: Throughput;
  /** When the table was last switched to on-demand. */
  onDemandSince?: number;
  /** The latest stream, even if it has been disabled since. */
  stream?: { id: number; label: string; arn: string; viewType: StreamViewType; enabled: boolean };
  timeToLive?: { attribute: string; enabled: boolean };
  /** When point-in-time recovery was enabled, and its period in days. */
  pointInTimeRecovery?: { since: number; days: number };
  deletionProtection: boolean;
  encryption?: { type: string; key?: string };
  tableClass?: string;
  onDemandThroughput?: object;
  tags: { [key: string]: string };
}

export function keyNames(keys: Keys): string[] {
  return keys.range ? [keys.hash.name, keys.range.name] : [keys.hash.name];
}

export function keyAttributes(keys: Keys): KeyAttribute[] {
  return keys.range ? [keys.hash, keys.range] : [keys.hash];
}

/** The names of all attributes that an index stores; undefined if it stores the whole item. */
export function projectedNames(table: Table, index: Index): string[] | undefined {
  if (index.projection.type === "ALL") return undefined;
  return [...new Set([...keyNames(table.keys), ...keyNames(index.keys), ...index.projection.attributes])];
}

/** Whether an item appears in the index: only with all of the index's key attributes. */
export function indexes({ keys: { hash, range } }: Index, item: AttributeMap): boolean {
  return Object.hasOwn(item, hash.name) && (!range || Object.hasOwn(item, range.name));
}
