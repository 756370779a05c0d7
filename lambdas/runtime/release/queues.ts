import type { DeployedQueues } from "../../../lib/contract/release.ts";
import type { QueueRegister } from "./ports.ts";

/** Records the queues of a stack, and removes those that it no longer has. */
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
