import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { keyText } from "../../../../lib/contract/keys/item-key.ts";
import { Batching, type Outcome } from "../batching.ts";
import { ExecuteTransactionCommand } from "../client/dynamodb-commands.ts";
import { codesOf } from "./cancellation.ts";
import type { Statement } from "./statements.ts";

/** Two writes, of which both are made or neither. The first is of the run to which the other item belongs. */
export type Pair = readonly [run: Statement, other: Statement];

/**
 * Writes pairs. Answers false if nothing was written: a condition failed, or an item could not be written at the
 * moment. Then the writes can be made one after the other, each with its own answer.
 */
export type Pairs = Batching<Pair, boolean>;

/** DynamoDB's limit is 100 statements. */
const MOST_PAIRS = 50;

/** Pairs of the same moment share a transaction. One that is refused does not prevent the others. */
export function pairsOf(client: DynamoDBDocumentClient): Pairs {
  return new Batching<Pair, boolean>({
    most: MOST_PAIRS,
    // A transaction may contain an item once.
    nameOf: ([{ key }]) => keyText(key),
    send: (pairs) => write(client, pairs),
  });
}

async function write(client: DynamoDBDocumentClient, pairs: Pair[]): Promise<Outcome<boolean>[]> {
  const TransactStatements = pairs.flat().map(({ text, parameters }) => ({
    Statement: text,
    Parameters: parameters as any[],
  }));
  try {
    await client.send(new ExecuteTransactionCommand({ TransactStatements }));
    return pairs.map(() => ({ answer: true }));
  } catch (error) {
    const codes = codesOf(error);
    const isRefused = (_: Pair, at: number) => codes?.[2 * at] !== "None" || codes[2 * at + 1] !== "None";
    if (!codes || !pairs.some(isRefused)) throw error;
    const others = pairs.filter((pair, at) => !isRefused(pair, at));
    const written = others.length > 0 ? await outcomesOf(client, others) : [];
    return pairs.map((pair, at) => (isRefused(pair, at) ? { answer: false } : written.shift()!));
  }
}

/** An error of the second call does not concern the pairs that the first has refused. */
async function outcomesOf(client: DynamoDBDocumentClient, pairs: Pair[]): Promise<Outcome<boolean>[]> {
  return await write(client, pairs).catch((refused: unknown) => pairs.map(() => ({ refused })));
}
