import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { add, type Budget, type BudgetState, partsOf, type Usage } from "../../../../lib/contract/budget.ts";
import { runKey } from "../../../../lib/contract/keys.ts";
import type { RunItem } from "../../../../lib/contract/table.ts";
import type { Budgets } from "../../work/ports.ts";
import { readItems } from "../table/read-items.ts";
import { isConditionFailure, priorItem, type Table } from "../table/table.ts";

/** Budgets in the items of runs. They carry no new revision, since they tell no event. */
export function tableBudgets(table: Table): Budgets {
  /** Changes the budget under a condition; answers what stands where it did not hold. */
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
    async reserve(run, key, estimate) {
      const [item] = await readItems<RunItem>(table, [runKey(run)]);
      if (!item?.budget) return { kind: "unlimited" };
      const { limit } = item.budget;
      const refusedBy = await update(run, key, {
        sets: ["#budget.#reserved.#key = :estimate", ...freeBy("-", limit)],
        conditions: [
          "attribute_not_exists(#budget.#reserved.#key)",
          ...partsOf(limit).map((part) => `#budget.#free.#${part} >= :${part}`),
        ],
        values: { ":estimate": estimate, ...valuesOf(limit, estimate) },
      });
      if (!refusedBy) return { kind: "reserved", usage: estimate, limit };
      const standing = refusedBy.reserved[key];
      return standing
        ? { kind: "reserved", usage: standing, limit }
        : { kind: "refused", free: refusedBy.free };
    },

    async settle(run, key, { usage, limit }, actual) {
      await update(run, key, {
        sets: [
          "#budget.#spent.#usd = #budget.#spent.#usd + :spentUsd",
          "#budget.#spent.#tokens = #budget.#spent.#tokens + :spentTokens",
          ...freeBy("+", limit),
        ],
        remove: "#budget.#reserved.#key",
        conditions: ["attribute_exists(#budget.#reserved.#key)"],
        values: {
          ":spentUsd": actual.usd,
          ":spentTokens": actual.tokens,
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

function freeBy(sign: "+" | "-", limit: Budget): string[] {
  return partsOf(limit).map((part) => `#budget.#free.#${part} = #budget.#free.#${part} ${sign} :${part}`);
}

function valuesOf(limit: Budget, usage: Usage): Record<string, number> {
  return Object.fromEntries(partsOf(limit).map((part) => [`:${part}`, usage[part]]));
}

/** Each name stands for itself, but for that of the reservation. */
function namesIn(expression: string, key: string): Record<string, string> {
  const names = [...expression.matchAll(/#(\w+)/g)].map(([, name]) => name!);
  return Object.fromEntries(names.map((name) => [`#${name}`, name === "key" ? key : name]));
}
