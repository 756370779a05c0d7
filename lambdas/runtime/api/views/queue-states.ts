import type { QueueState } from "../../../../lib/contract/api/index.ts";
import type { DeadLetterItem, DeployedQueueItem } from "../../../../lib/contract/table.ts";
import type { QueueDepth, Views } from "../ports.ts";

/** The maximum number of dead letters that are counted: the list shows the rest. */
const MOST_COUNTED = 500;

/**
 * Number of messages in each deployed queue, by its name: the workflow, the reaction, "<workflow>/<step>".
 */
export async function queueStates(
  views: Pick<Views, "queues" | "depths" | "ages" | "deadLetters">,
): Promise<Map<string, QueueState>> {
  const [queues, dead] = await Promise.all([
    views.queues(),
    views.deadLetters({ limit: MOST_COUNTED, after: undefined }),
  ]);
  const urls = queues.map(({ queueUrl }) => queueUrl);
  const [depths, ages] = await Promise.all([views.depths(urls), views.ages(urls)]);
  return statesOf(queues, depths, ages, dead.items);
}

function statesOf(
  queues: readonly DeployedQueueItem[],
  depths: ReadonlyMap<string, QueueDepth>,
  ages: ReadonlyMap<string, number>,
  dead: readonly DeadLetterItem[],
): Map<string, QueueState> {
  return new Map(
    queues.flatMap(({ name, queueUrl }) => {
      const depth = depths.get(queueUrl);
      if (!depth) return [];
      const oldestSeconds = ages.get(queueUrl);
      const state: QueueState = {
        ...depth,
        oldestSeconds,
        dead: dead.filter((letter) => letter.queueUrl === queueUrl).length,
      };
      return [[name, state] as const];
    }),
  );
}
