import type { DeployedQueues } from "../../../lib/contract/release.ts";
import type { QueueRegister } from "./ports.ts";

/** Takes note of the queues that a stack has from now on, and forgets those that it had and has no longer. */
export async function changeQueues(
  next: DeployedQueues,
  before: DeployedQueues,
  register: Pick<QueueRegister, "keep" | "remove">,
): Promise<void> {
  const names = new Set(next.queues.map(({ name }) => name));
  const gone = before.queues.filter(({ name }) => !names.has(name));
  await Promise.all([
    ...next.queues.map((queue) => register.keep(queue)),
    ...gone.map((queue) => register.remove(queue)),
  ]);
}
