import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import type { Performance } from "./performance.ts";
import type { ResolvedEvent } from "./protocol.ts";
import type { Performances } from "./route.ts";

/** The table with the agents' performance; its partition key is "id". */
const table = () => {
  const name = process.env.AGENT_RECORDS_TABLE;
  if (!name)
    throw new Error("AGENT_RECORDS_TABLE is not set. Deploy this function by examples/agents/app.ts.");
  return name;
};

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

/** A turn that takes longer was lost with its run, and does not count as load. */
const LONGEST_TURN = 60 * 60 * 1000;
/** The limit of one call. */
const PAGE = 100;

/**
 * The performance of agents. Agents without a record are left out. Throws if the table is throttled: the step
 * is retried.
 */
export async function performances(agents: readonly string[], now: number): Promise<Performances> {
  const TableName = table();
  const pages = Array.from({ length: Math.ceil(agents.length / PAGE) }, (_, at) =>
    agents.slice(at * PAGE, (at + 1) * PAGE),
  );
  const found = new Map<string, Performance>();
  for (const names of pages) {
    const Keys = names.map((name) => ({ id: agentKey(name) }));
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetCommand({ RequestItems: { [TableName]: { Keys } } }),
    );
    const left = UnprocessedKeys?.[TableName]?.Keys?.length ?? 0;
    if (left > 0) throw new Error(`DynamoDB left ${left} of ${names.length} agents unread.`);
    for (const { id, right = 0, wrong = 0, places = [] } of Responses?.[TableName] ?? []) {
      const inProgress = [...(places as Iterable<string>)].filter(
        (place) => now - Date.parse(beganAt(place)) < LONGEST_TURN,
      );
      found.set(id.slice(AGENT.length), { right, wrong, inProgress: inProgress.length });
    }
  }
  return found;
}

/** A running turn of an agent, in the table. */
export function placeOf(turnId: string, now: string): string {
  return `${now} ${turnId}`;
}

function beganAt(place: string): string {
  return place.slice(0, place.indexOf(" "));
}

/** Records that an agent has a turn. Idempotent. */
export async function takePlace(agent: string, place: string): Promise<void> {
  await change(agent, "ADD places :place", { ":place": new Set([place]) });
}

/** Records that the turn has ended. */
export async function leavePlace(agent: string, place: string): Promise<void> {
  await change(agent, "DELETE places :place", { ":place": new Set([place]) });
}

async function change(agent: string, expression: string, values: Record<string, unknown>): Promise<void> {
  await client.send(
    new UpdateCommand({
      TableName: table(),
      Key: { id: agentKey(agent) },
      UpdateExpression: expression,
      ExpressionAttributeValues: values,
    }),
  );
}

/** Records whose claims agreed with the findings, once for each task. */
export async function noteOutcome({
  taskId,
  agents,
}: Pick<ResolvedEvent, "taskId" | "agents">): Promise<void> {
  const TableName = table();
  const counts = tally(agents);
  if (counts.size === 0) return;
  const once = {
    Put: { TableName, Item: { id: `task#${taskId}` }, ConditionExpression: "attribute_not_exists(id)" },
  };
  const updates = [...counts].map(([agent, { right, wrong }]) => ({
    Update: {
      TableName,
      Key: { id: agentKey(agent) },
      UpdateExpression: "ADD #right :right, #wrong :wrong",
      ExpressionAttributeNames: { "#right": "right", "#wrong": "wrong" },
      ExpressionAttributeValues: { ":right": right, ":wrong": wrong },
    },
  }));
  try {
    await client.send(new TransactWriteCommand({ TransactItems: [once, ...updates] }));
  } catch (error) {
    const [first] = (error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? [];
    if (first?.Code !== "ConditionalCheckFailed") throw error;
  }
}

function tally(agents: ResolvedEvent["agents"]): Map<string, { right: number; wrong: number }> {
  const counts = new Map<string, { right: number; wrong: number }>();
  for (const { agent, agreed } of agents) {
    if (agreed === undefined) continue;
    const { right, wrong } = counts.get(agent) ?? { right: 0, wrong: 0 };
    counts.set(agent, { right: right + Number(agreed), wrong: wrong + Number(!agreed) });
  }
  return counts;
}

const AGENT = "agent#";

function agentKey(agent: string): string {
  return `${AGENT}${agent}`;
}
