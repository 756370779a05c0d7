import { canonicalJson } from "../contract/canonical.ts";
import { DefinitionError } from "../contract/definition-error.ts";
import type { SharedLimitSpec } from "../contract/shared-limit.ts";
import type { Workflow } from "./define.ts";
import { nodesIn } from "./graph.ts";
import type { ChildNode } from "./nodes/child.ts";
import { plan } from "./plan.ts";

/** A shared limit, and the names of the workflows that share it. */
export interface SharingWorkflows {
  readonly limit: SharedLimitSpec;
  readonly workflows: readonly string[];
}

/**
 * The shared limits of an app, by name. Throws a DefinitionError if two have the same name, or if a run would wait for a place
 * that it has itself.
 */
export function sharedLimitsOf(workflows: readonly Workflow[]): Map<string, SharingWorkflows> {
  const sharing = workflows.filter(({ sharedLimit }) => sharedLimit !== undefined);
  const byName = Map.groupBy(sharing, ({ sharedLimit }) => sharedLimit!.limit.name);
  return new Map(
    [...byName].map(([name, users]) => {
      const limit = users[0]!.sharedLimit!.limit;
      const other = users.find(
        ({ sharedLimit }) => canonicalJson(sharedLimit!.limit) !== canonicalJson(limit),
      );
      if (other)
        throw new DefinitionError(
          `Workflows "${users[0]!.name}" and "${other.name}" have different shared limits with the name "${name}". Define it once, and import it in both.`,
        );
      for (const user of users) refuseCalls(user, name, users, workflows);
      return [name, { limit, workflows: users.map((user) => user.name) }];
    }),
  );
}

/** A run that waits for another one keeps its place: with enough of them, no called run would ever get one. */
function refuseCalls(
  caller: Workflow,
  limit: string,
  users: readonly Workflow[],
  workflows: readonly Workflow[],
): void {
  const waiting = [caller];
  const seen = new Set<string>();
  for (const workflow of waiting) {
    for (const name of calledBy(workflow)) {
      if (users.some((user) => user.name === name))
        throw new DefinitionError(
          `Workflow "${caller.name}" has a place in the shared limit "${limit}" while it waits for a run of "${name}", which needs a place of the same limit. Remove the limit from one of the two.`,
        );
      const called = workflows.find((one) => one.name === name);
      if (called && !seen.has(name)) waiting.push(called);
      seen.add(name);
    }
  }
}

/** The workflows whose runs it waits for. */
function calledBy(workflow: Workflow): string[] {
  return nodesIn(plan(workflow).block)
    .filter((node): node is ChildNode => node.kind === "child" && (node as ChildNode).awaited)
    .map((child) => child.workflow);
}
