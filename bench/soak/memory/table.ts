import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { applyUpdate } from "../../../local/dynamodb/expression/apply-update.ts";
import { compileCondition } from "../../../local/dynamodb/expression/condition.ts";
import { meets } from "../../../local/dynamodb/expression/evaluate.ts";
import { Placeholders } from "../../../local/dynamodb/expression/placeholders.ts";
import { compileUpdate } from "../../../local/dynamodb/expression/update.ts";
import { parseStatement } from "../../../local/dynamodb/partiql/parse-statement.ts";
import {
  prepareWrite,
  type StatementWrite,
  type WriteStatement,
} from "../../../local/dynamodb/partiql/writes.ts";
import type { Table } from "../../../local/dynamodb/table.ts";
import type { AttributeMap } from "../../../local/dynamodb/value/attribute-value.ts";
import { itemSize } from "../../../local/dynamodb/value/item-size.ts";
import type { Wiring } from "../wiring.ts";

/** An image of an item before and after a write. */
export interface Written {
  before: AttributeMap | undefined;
  after: AttributeMap | undefined;
}

export interface TableOptions {
  indexes: Wiring["indexes"];
  now: () => number;
  /** Calls `act` once an index may know of a write: at once, or later. */
  later: (act: () => void) => void;
  /** Whether a read that need not be consistent shows what was before the last write. */
  isStale: () => boolean;
  onWrite: (written: Written) => void;
}

const STALE_FOR = 1_000;
const plain = { removeUndefinedValues: true } as const;
const text = (item: AttributeMap, name: string): string | undefined =>
  (item[name] as { S?: string } | undefined)?.S;
const keyOf = (pk: string, sk: string) => `${pk}\n${sk}`;

/** A table of DynamoDB in memory: conditions, updates and indexes are those of the local engine. */
export class MemoryTable {
  private readonly partitions = new Map<string, Map<string, AttributeMap>>();
  private readonly indexed = new Map<string, Map<string, Map<string, AttributeMap>>>();
  private readonly earlier = new Map<string, { item: AttributeMap | undefined; until: number }>();
  private readonly options: TableOptions;
  /** The inputs of transactions that were carried out. */
  private readonly written = new WeakSet<object>();

  constructor(options: TableOptions) {
    this.options = options;
    for (const { name } of options.indexes) this.indexed.set(name, new Map());
  }

  /** All items, in plain values. */
  items(): any[] {
    return [...this.partitions.values()].flatMap((items) =>
      [...items.values()].map((item) => unmarshall(item as any)),
    );
  }

  /** The items of a partition, in plain values. */
  partition(pk: string): any[] {
    return [...(this.partitions.get(pk)?.values() ?? [])].map((item) => unmarshall(item as any));
  }

  put(item: AttributeMap): void {
    this.write(text(item, "pk")!, text(item, "sk")!, item);
  }

  call(operation: string, input: any): any {
    switch (operation) {
      case "Get":
        return { Item: this.read(input.Key, input.ConsistentRead) };
      case "Put":
        this.commit([this.putOf(input)]);
        return {};
      case "Update": {
        const { after } = this.commit([this.updateOf(input)])[0]!;
        return input.ReturnValues === "ALL_NEW" ? { Attributes: unmarshall(after as any) } : {};
      }
      case "Delete":
        this.commit([this.deleteOf(input)]);
        return {};
      case "Query":
        return this.query(input);
      case "BatchGet": {
        const [name, { Keys, ConsistentRead }] = Object.entries<any>(input.RequestItems)[0]!;
        const found = Keys.map((key: any) => this.read(key, ConsistentRead)).filter(Boolean);
        return { Responses: { [name]: found } };
      }
      case "BatchWrite": {
        for (const { PutRequest, DeleteRequest } of Object.values<any>(input.RequestItems).flat())
          this.commit([PutRequest ? this.putOf(PutRequest) : this.deleteOf(DeleteRequest)]);
        return {};
      }
      case "TransactWrite":
        return this.transact(input.TransactItems);
      case "Statement":
        return this.statement(input);
      case "BatchExecuteStatement":
        return { Responses: input.Statements.map((one: any) => this.statement(one)) };
      case "ExecuteTransaction":
        return this.transaction(input);
      default:
        throw new Error(`The table in memory has no ${operation}.`);
    }
  }

  /** One statement of PartiQL that writes, as its answer in a batch. */
  private statement(request: any): object {
    const { statement, write, pk, sk, before } = this.prepared(request);
    if (isRefused(write, before)) {
      const shown = write.refusal === "ConditionalCheckFailed" && before;
      return { Error: { Code: write.refusal, ...(shown && { Item: unmarshall(before as any) }) } };
    }
    const { item: after } = write.next(before && { item: before, size: itemSize(before) })!;
    this.write(pk, sk, after);
    return "returning" in statement && statement.returning ? { Item: unmarshall(after as any) } : {};
  }

  /** All statements or none. A further attempt of a call has the token of the first, and writes nothing. */
  private transaction(input: any): object {
    if (this.written.has(input)) return {};
    const refusals = input.TransactStatements.map((request: any) => {
      const { write, before } = this.prepared(request);
      return isRefused(write, before) ? write.refusal : "None";
    });
    if (refusals.some((code: string) => code !== "None"))
      throw Object.assign(new Error("Transaction cancelled"), {
        name: "TransactionCanceledException",
        CancellationReasons: refusals.map((Code: string) => ({ Code })),
      });
    for (const request of input.TransactStatements) this.statement(request);
    this.written.add(input);
    return {};
  }

  private prepared({ Statement, Parameters = [] }: any) {
    const { L: parameters } = marshall({ Parameters }, plain).Parameters as any;
    const statement = parsed(Statement);
    const write = prepareWrite(statement, { table: SCHEMA, parameters, returnsOnFailure: true });
    const { pk, sk } = unmarshall(write.key as any) as { pk: string; sk: string };
    return { statement, write, pk, sk, before: this.partitions.get(pk)?.get(sk) };
  }

  private read({ pk, sk }: { pk: string; sk: string }, consistent?: boolean): any {
    const past = consistent ? undefined : this.earlier.get(keyOf(pk, sk));
    const item =
      past && past.until > this.options.now() && this.options.isStale()
        ? past.item
        : this.partitions.get(pk)?.get(sk);
    return item && unmarshall(item as any);
  }

  private query(input: any): any {
    const placeholders = placeholdersOf(input);
    const condition = compileCondition(input.KeyConditionExpression, placeholders);
    const filter = input.FilterExpression && compileCondition(input.FilterExpression, placeholders);
    const index = this.options.indexes.find(({ name }) => name === input.IndexName);
    if (input.IndexName && !index) throw new Error(`There is no index ${input.IndexName}.`);
    const partitionName = index?.partition ?? "pk";
    const sortName = index?.sort ?? "sk";
    const partition = partitionOf(condition, partitionName);
    const lying = index ? this.indexed.get(index.name)!.get(partition) : this.partitions.get(partition);
    const sorted = [...(lying?.values() ?? [])].filter((item) => meets(item, condition));
    const order = (item: AttributeMap) => `${text(item, sortName)}\n${text(item, "pk")}\n${text(item, "sk")}`;
    sorted.sort((a, b) => (order(a) < order(b) ? -1 : 1));
    if (input.ScanIndexForward === false) sorted.reverse();
    const start = input.ExclusiveStartKey && order(marshalled(input.ExclusiveStartKey));
    const rest = start
      ? sorted.filter((item) =>
          input.ScanIndexForward === false ? order(item) < start : order(item) > start,
        )
      : sorted;
    const page = input.Limit ? rest.slice(0, input.Limit) : rest;
    const last = page.length < rest.length ? page.at(-1) : undefined;
    const found = filter ? page.filter((item) => meets(item, filter)) : page;
    return {
      Items: found.map((item) => unmarshall(item as any)),
      Count: found.length,
      ScannedCount: page.length,
      LastEvaluatedKey:
        last &&
        Object.fromEntries(["pk", "sk", partitionName, sortName].map((name) => [name, text(last, name)])),
    };
  }

  private putOf(input: any): Planned {
    const item = marshalled(input.Item);
    return { input, pk: text(item, "pk")!, sk: text(item, "sk")!, change: () => item };
  }

  private deleteOf(input: any): Planned {
    return { input, pk: input.Key.pk, sk: input.Key.sk, change: () => undefined };
  }

  private updateOf(input: any): Planned {
    const { pk, sk } = input.Key;
    const actions = compileUpdate(input.UpdateExpression, placeholdersOf(input));
    const change = (before: AttributeMap | undefined) =>
      applyUpdate(before ?? marshalled({ pk, sk }), actions);
    return { input, pk, sk, change };
  }

  private transact(items: any[]): object {
    const planned = items.map(({ Put, Update, Delete, ConditionCheck }) => {
      if (Put) return this.putOf(Put);
      if (Update) return this.updateOf(Update);
      if (Delete) return this.deleteOf(Delete);
      const { pk, sk } = ConditionCheck.Key;
      return { input: ConditionCheck, pk, sk, change: (before: AttributeMap | undefined) => before };
    });
    const refused = planned.map((one) => !this.holds(one));
    if (refused.some(Boolean)) {
      const CancellationReasons = refused.map((no) => ({ Code: no ? "ConditionalCheckFailed" : "None" }));
      throw Object.assign(new Error("Transaction cancelled"), {
        name: "TransactionCanceledException",
        CancellationReasons,
      });
    }
    for (const { pk, sk, change } of planned) this.write(pk, sk, change(this.partitions.get(pk)?.get(sk)));
    return {};
  }

  private commit(planned: Planned[]): Written[] {
    return planned.map((one) => {
      const before = this.partitions.get(one.pk)?.get(one.sk);
      if (!this.holds(one)) {
        const shown = one.input.ReturnValuesOnConditionCheckFailure === "ALL_OLD" ? { Item: before } : {};
        throw Object.assign(new Error("The conditional request failed"), {
          name: "ConditionalCheckFailedException",
          ...shown,
        });
      }
      const after = one.change(before);
      this.write(one.pk, one.sk, after);
      return { before, after };
    });
  }

  private holds({ input, pk, sk }: Planned): boolean {
    if (!input.ConditionExpression) return true;
    const condition = compileCondition(input.ConditionExpression, placeholdersOf(input));
    return meets(this.partitions.get(pk)?.get(sk) ?? {}, condition);
  }

  private write(pk: string, sk: string, after: AttributeMap | undefined): void {
    const partition = ofKey(this.partitions, pk);
    const before = partition.get(sk);
    if (after) partition.set(sk, after);
    else partition.delete(sk);
    this.earlier.set(keyOf(pk, sk), { item: before, until: this.options.now() + STALE_FOR });
    this.options.later(() => this.index(keyOf(pk, sk), partition.get(sk)));
    if (before || after) this.options.onWrite({ before, after });
  }

  /** The current position of an item in each index. */
  private readonly places = new Map<string, Map<string, string>>();

  private index(key: string, item: AttributeMap | undefined): void {
    const places = ofKey(this.places, key);
    for (const { name, partition, sort } of this.options.indexes) {
      const partitions = this.indexed.get(name)!;
      const before = places.get(name);
      if (before !== undefined) partitions.get(before)?.delete(key);
      const now = item && text(item, sort) !== undefined ? text(item, partition) : undefined;
      if (now === undefined) {
        places.delete(name);
        continue;
      }
      places.set(name, now);
      ofKey(partitions, now).set(key, item!);
    }
  }
}

const SCHEMA: Table = {
  id: 1,
  name: "state",
  arn: "",
  uuid: "",
  created: 0,
  indexes: [],
  tags: {},
  keys: { hash: { name: "pk", type: "S" }, range: { name: "sk", type: "S" } },
  billingMode: "PAY_PER_REQUEST",
  deletionProtection: false,
  throughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
};

/** Read once for each text: the runtime has few. */
const statements = new Map<string, WriteStatement>();
function parsed(text: string): WriteStatement {
  const known = statements.get(text) ?? (parseStatement(text) as WriteStatement);
  statements.set(text, known);
  return known;
}

const marshalled = (value: object) => marshall(value, plain) as unknown as AttributeMap;

/** The map under a key, made where there is none. */
function ofKey<Key, Inner>(maps: Map<string, Map<Key, Inner>>, key: string): Map<Key, Inner> {
  const known = maps.get(key) ?? new Map<Key, Inner>();
  maps.set(key, known);
  return known;
}

interface Planned {
  input: any;
  pk: string;
  sk: string;
  change(before: AttributeMap | undefined): AttributeMap | undefined;
}

function placeholdersOf({
  ExpressionAttributeNames: names,
  ExpressionAttributeValues: values,
}: any): Placeholders {
  return new Placeholders(names ?? undefined, values ? marshalled(values) : undefined);
}

/** The partition that a key condition names. */
function partitionOf(condition: any, name: string): string {
  if (condition.kind === "and")
    return partitionOf(condition.left, name) ?? partitionOf(condition.right, name);
  if (condition.kind === "compare" && condition.comparator === "=" && condition.left.path?.[0] === name)
    return condition.right.value.S;
  return undefined as unknown as string;
}

function isRefused({ condition }: StatementWrite, before: AttributeMap | undefined): boolean {
  return condition !== undefined && !meets(before ?? {}, condition);
}
