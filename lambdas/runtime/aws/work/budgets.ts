import {
  add,
  type Budget,
  type BudgetState,
  partsOf,
  type Reserved,
  type Usage,
} from "../../../../lib/contract/budget.ts";
import { runKey } from "../../../../lib/contract/keys/run.ts";
import type { RunItem } from "../../../../lib/contract/table.ts";
import type { Budgets } from "../../work/ports.ts";
import { UpdateCommand } from "../client/dynamodb-commands.ts";
import { readItems } from "../table/read-items.ts";
import { isConditionFailure, priorItem, type Table } from "../table/table.ts";

/** Budgets in the items of runs. A write keeps the item's revision, since it publishes no event. */
export function tableBudgets(table: Table): Budgets {
  /** Changes the budget under a condition; returns the existing item if the condition did not hold. */
  const update = async (
    run: string,
    key: string,
    { sets, remove, conditions, values }: Expression,
  ): Promise<BudgetState | undefined> => {
    try {
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: runKey(run),
          UpdateExpression: `SET ${sets.join(", ")}${remove ? ` REMOVE ${remove}` : ""}`,
          ConditionExpression: conditions.join(" AND "),
          ExpressionAttributeNames: namesIn([...sets, ...conditions].join(" "), key),
          ExpressionAttributeValues: values,
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
      );
      return undefined;
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
      return (priorItem(error) as RunItem).budget!;
    }
  };

  return {
    async reserve(run, key, owner, estimate) {
      const [item] = await readItems<RunItem>(table, [runKey(run)]);
      if (!item?.budget) return { kind: "unlimited" };
      const { limit } = item.budget;
      const reserved = { kind: "reserved" as const, owner, usage: estimate, limit };
      for (let earlier: Reserved | undefined; ; ) {
        const refusedBy = await update(run, key, {
          sets: [
            `${RESERVED} = :reserved`,
            ...freeBy("-", limit),
            // An estimate that an earlier attempt reserved is not available to this one.
            ...(earlier ? SPENDS : []),
          ],
          conditions: [
            earlier ? `${RESERVED} = :earlier` : `attribute_not_exists(${RESERVED})`,
            ...partsOf(limit).map((part) => `#budget.#free.#${part} >= :${part}`),
          ],
          values: {
            ":reserved": { ...estimate, owner },
            ...valuesOf(limit, estimate),
            ...(earlier && { ":earlier": earlier, ...spentValues(earlier) }),
          },
        });
        const found = refusedBy?.reserved[key];
        // Our own write: its answer was lost, and the SDK retried it.
        if (!refusedBy || found?.owner === owner) return reserved;
        if (isLess(refusedBy.free, estimate)) return { kind: "refused", free: refusedBy.free };
        earlier = found;
      }
    },

    async settle(run, key, { owner, usage, limit }, actual) {
      await update(run, key, {
        sets: [...SPENDS, ...freeBy("+", limit)],
        remove: RESERVED,
        conditions: [`${RESERVED}.#owner = :owner`],
        values: {
          ":owner": owner,
          ...spentValues(actual),
          ...valuesOf(limit, add(usage, actual, -1)),
        },
      });
    },
  };
}

interface Expression {
  sets: string[];
  remove?: string;
  conditions: string[];
  values: Record<string, unknown>;
}

const RESERVED = "#budget.#reserved.#key";
const SPENDS = [
  "#budget.#spent.#usd = #budget.#spent.#usd + :spentUsd",
  "#budget.#spent.#tokens = #budget.#spent.#tokens + :spentTokens",
];

function spentValues({ usd, tokens }: Usage): Record<string, number> {
  return { ":spentUsd": usd, ":spentTokens": tokens };
}

function isLess(free: Budget, estimate: Usage): boolean {
  return partsOf(free).some((part) => free[part]! < estimate[part]);
}

function freeBy(sign: "+" | "-", limit: Budget): string[] {
  return partsOf(limit).map((part) => `#budget.#free.#${part} = #budget.#free.#${part} ${sign} :${part}`);
}

function valuesOf(limit: Budget, usage: Usage): Record<string, number> {
  return Object.fromEntries(partsOf(limit).map((part) => [`:${part}`, usage[part]]));
}

/** Every name is its own placeholder, except that of the reservation. */
function namesIn(expression: string, key: string): Record<string, string> {
  const names = [...expression.matchAll(/#(\w+)/g)].map(([, name]) => name!);
  return Object.fromEntries(names.map((name) => [`#${name}`, name === "key" ? key : name]));
}
