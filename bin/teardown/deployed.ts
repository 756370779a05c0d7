import { tableQueues } from "../../lambdas/runtime/aws/queues/deployed-queues.ts";
import { tableRunSearch } from "../../lambdas/runtime/aws/runs/run-search.ts";
import type { Table } from "../../lambdas/runtime/aws/table/table.ts";
import type { OpenRun, Subscriber } from "./teardown.ts";

/** What a deployment's table says about it. */
export async function deployedSubscribers(table: Table): Promise<Subscriber[]> {
  const queues = await tableQueues(table).list();
  return queues.flatMap(({ name, role }) =>
    role === "workflow" || role === "reaction" ? [{ kind: role, name }] : [],
  );
}

/** How many runs are read at once. */
const PAGE = 500;

/** All runs that have not ended, of the deployed workflows. */
export async function openRunsOf(table: Table, subscribers: readonly Subscriber[]): Promise<OpenRun[]> {
  const workflows = subscribers.flatMap(({ kind, name }) => (kind === "workflow" ? [{ name, on: [] }] : []));
  const search = tableRunSearch(table, workflows);
  const open: OpenRun[] = [];
  for (let after: Parameters<typeof search>[2]; ; ) {
    const { items, next } = await search({ status: "open" }, PAGE, after);
    for (const { run, epoch, status, held } of items)
      open.push({ run, epoch, status, held: status === "accepted" && held !== undefined });
    if (!next) return open;
    after = next;
  }
}
