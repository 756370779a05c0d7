import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { indexWriteUnits, writeUnits } from "./capacity.ts";
import type { Image } from "./storage/image.ts";
import type { Index, Table } from "./table.ts";
import type { AttributeValue } from "./value/attribute-value.ts";

export interface ReadDemand {
  table: Table;
  index?: Index | undefined;
  /** The partition key that is read; undefined for all. */
  hash: AttributeValue | undefined;
  units: number;
}

export interface WriteDemand {
  table: Table;
  before: Image | undefined;
  after: Image | undefined;
  /** In a transaction every unit counts twice. */
  transactional?: boolean;
}

/** Consumes capacity for a read. Throws the service's error if a partition or the table has none left. */
export function demandRead({ limits }: Kernel, { table, index, hash, units }: ReadDemand): void {
  if (!limits) return;
  const demand = { kind: "read", table: nameOf(table, index), key: hash && textOf(hash), units } as const;
  if (!limits.useUnits([demand])) throw shortage(table);
}

/**
 * Consumes capacity for a write, in the table and in each index that changes. Throws the service's error if
 * there is none left.
 */
export function demandWrite(
  { limits }: Kernel,
  { table, before, after, transactional = false }: WriteDemand,
): void {
  if (!limits) return;
  const factor = transactional ? 2 : 1;
  const demand = (index: Index | undefined, units: number) => {
    const { hash } = (index ?? table).keys;
    const key = (after ?? before)?.item[hash.name] ?? before?.item[hash.name];
    return {
      kind: "write",
      table: nameOf(table, index),
      key: key && textOf(key),
      units: index ? units : units * factor,
    } as const;
  };
  const demands = [
    demand(undefined, writeUnits(before?.size ?? 0, after?.size ?? 0)),
    ...table.indexes.map((index) => demand(index, indexWriteUnits(table, index, before?.item, after?.item))),
  ].filter(({ units }) => units > 0);
  if (!limits.useUnits(demands)) throw shortage(table);
}

/** Counts the refused parts of a batch: it fails as a whole only if no part succeeded. */
export class Shortage {
  private left: number;

  /** `parts` is the number of parts of the batch. */
  constructor(parts: number) {
    this.left = parts;
  }

  /** Whether `demand` was met. Throws the error if all parts have been refused. */
  allows(demand: () => void): boolean {
    try {
      demand();
      this.left = Number.POSITIVE_INFINITY;
      return true;
    } catch (error) {
      if (!isShortage(error) || --this.left === 0) throw error;
      return false;
    }
  }
}

export function isShortage(error: unknown): boolean {
  return (
    error instanceof ServiceError &&
    ["ThrottlingException", "ProvisionedThroughputExceededException"].includes(error.code)
  );
}

function shortage({ billingMode }: Table): ServiceError {
  if (billingMode === "PROVISIONED") {
    return new ServiceError(
      "ProvisionedThroughputExceededException",
      "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.",
    );
  }
  return new ServiceError(
    "ThrottlingException",
    "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly. If exceptions persist, check if you have a hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html",
  );
}

const nameOf = (table: Table, index: Index | undefined) =>
  index ? `${table.name}/${index.name}` : table.name;

const textOf = (hash: AttributeValue) => String(Object.values(hash)[0]);
