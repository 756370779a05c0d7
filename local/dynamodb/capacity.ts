import type { Image } from "./storage/image.ts";
import { type Index, indexes, projectedNames, type Table } from "./table.ts";
import { type AttributeMap, pick } from "./value/attribute-value.ts";
import { equalMaps } from "./value/compare.ts";
import { itemSize } from "./value/item-size.ts";

const KB = 1024;

/** Units for reading this number of bytes at once: whole units of 4 KB if consistent, else half of that. */
export function readUnits(bytes: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / (4 * KB))) * (consistent ? 1 : 0.5);
}

/** Units for writing an item, by its size before and after. */
export function writeUnits(before: number, after: number): number {
  return Math.max(1, Math.ceil(before / KB), Math.ceil(after / KB));
}

/** Units that the write of an item costs in an index: none if the index does not change. */
export function indexWriteUnits(
  table: Table,
  index: Index,
  before: AttributeMap | undefined,
  after: AttributeMap | undefined,
): number {
  const was = before && projectInto(table, index, before);
  const is = after && projectInto(table, index, after);
  if (!was || !is) {
    const only = was ?? is;
    return only ? writeUnits(itemSize(only), 0) : 0;
  }
  if (equalMaps(was, is)) return 0;
  const moved = [index.keys.hash, index.keys.range].some(
    (key) => key && !equalMaps(pick(was, [key.name]), pick(is, [key.name])),
  );
  const [old, now] = [itemSize(was), itemSize(is)];
  return moved ? writeUnits(old, 0) + writeUnits(0, now) : writeUnits(old, now);
}

/** The attributes of an item that an index stores; undefined if the item is not in the index. */
export function projectInto(table: Table, index: Index, item: AttributeMap): AttributeMap | undefined {
  if (!indexes(index, item)) return undefined;
  const names = projectedNames(table, index);
  return names ? pick(item, names) : item;
}

type Kind = "read" | "write";
type Units = Record<Kind, number>;

interface Entry {
  table: Table;
  base: Units;
  indexes: Map<Index, Units>;
}

/** Adds up the capacity that a request consumes, by table, and formats it as requested. */
export class Consumption {
  private readonly mode: string | undefined;
  private readonly factor: number;
  private readonly entries = new Map<Table, Entry>();

  /**
   * `mode` is the request's ReturnConsumedCapacity. In a transaction each unit of a table counts twice, and one of an index once.
   * Recorded from AWS: https://github.com/nubo-db/dynoxide/pull/188
   */
  constructor(mode: string | undefined, transactional = false) {
    this.mode = mode;
    this.factor = transactional ? 2 : 1;
  }

  read(table: Table, units: number, index?: Index): void {
    this.add(table, "read", units, index);
  }

  write(table: Table, before: Image | undefined, after: Image | undefined): void {
    if (!this.wanted) return;
    this.add(table, "write", writeUnits(before?.size ?? 0, after?.size ?? 0));
    for (const index of table.indexes) {
      this.add(table, "write", indexWriteUnits(table, index, before?.item, after?.item), index);
    }
  }

  /** For the answer about one table, if the caller requested it. */
  ofTable(): { ConsumedCapacity?: object } {
    const [entry] = this.entries.values();
    return this.wanted && entry ? { ConsumedCapacity: this.describe(entry) } : {};
  }

  /** The same for an answer about several tables: an entry for each. */
  ofTables(): { ConsumedCapacity?: object[] } {
    return this.wanted
      ? { ConsumedCapacity: [...this.entries.values()].map((entry) => this.describe(entry)) }
      : {};
  }

  private get wanted(): boolean {
    return this.mode === "TOTAL" || this.mode === "INDEXES";
  }

  private add(table: Table, kind: Kind, units: number, index?: Index): void {
    const entry = this.entries.get(table) ?? { table, base: { read: 0, write: 0 }, indexes: new Map() };
    this.entries.set(table, entry);
    const sum = index ? (entry.indexes.get(index) ?? { read: 0, write: 0 }) : entry.base;
    if (index) entry.indexes.set(index, sum);
    sum[kind] += index ? units : units * this.factor;
  }

  private describe({ table, base, indexes }: Entry): object {
    const total = { ...base };
    for (const { read, write } of indexes.values()) {
      total.read += read;
      total.write += write;
    }
    const summary = { TableName: table.name, ...this.units(total) };
    if (this.mode === "TOTAL") return summary;
    const scope = (wanted: Index["scope"]) => {
      const found = [...indexes].filter(
        ([index, { read, write }]) => index.scope === wanted && read + write > 0,
      );
      return (
        found.length > 0 && Object.fromEntries(found.map(([index, units]) => [index.name, this.units(units)]))
      );
    };
    const [local, global] = [scope("local"), scope("global")];
    return {
      ...summary,
      Table: this.units(base),
      ...(local && { LocalSecondaryIndexes: local }),
      ...(global && { GlobalSecondaryIndexes: global }),
    };
  }

  private units({ read, write }: Units): object {
    const sum = { CapacityUnits: read + write };
    if (this.factor === 1) return sum;
    return {
      ...sum,
      ...(read > 0 && { ReadCapacityUnits: read }),
      ...(write > 0 && { WriteCapacityUnits: write }),
    };
  }
}
