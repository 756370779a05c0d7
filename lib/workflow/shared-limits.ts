import { canonicalJson } from "../contract/canonical.ts";
import { DefinitionError } from "../contract/definition-error.ts";
import { countsRunning, isByKey, laneLimits, type SharedLimitSpec } from "../contract/shared-limit.ts";
import type { KnownLimit } from "../contract/system.ts";
import { callsOf } from "./composition.ts";
import type { Workflow } from "./workflow.ts";

/** A shared limit, and the names of the workflows that share it. */
interface SharingWorkflows {
  readonly limit: SharedLimitSpec;
  readonly workflows: readonly string[];
}

/**
 * The shared limits of an app, by name. Throws a DefinitionError if two have the same name, or if runs could
 * wait for each other's places for ever.
 */
export function sharedLimitsOf(workflows: readonly Workflow[]): Map<string, SharingWorkflows> {
  const sharing = workflows.filter(({ sharedLimit }) => sharedLimit !== undefined);
  const byName = Map.groupBy(sharing, ({ sharedLimit }) => sharedLimit!.limit.name);
  const shared = new Map(
    [...byName].map(([name, users]) => {
      const limit = users[0]!.sharedLimit!.limit;
      const other = users.find(
        ({ sharedLimit }) => canonicalJson(sharedLimit!.limit) !== canonicalJson(limit),
      );
      if (other)
        throw new DefinitionError(
          `Workflows "${users[0]!.name}" and "${other.name}" have different shared limits with the name "${name}". Define it once, and import it in both.`,
          other.place,
        );
      for (const user of users) refuseCalls(user, name, users, workflows);
      return [name, { limit, workflows: users.map((user) => user.name) }] as const;
    }),
  );
  refuseCycles(sharing, workflows);
  return shared;
}

/** The shared limits of an app as plain data. Throws a DefinitionError as `sharedLimitsOf` does. */
export function knownLimits(workflows: readonly Workflow[]): KnownLimit[] {
  return [...sharedLimitsOf(workflows)].map(([name, { limit, workflows: sharing }]) => ({
    name,
    byKey: isByKey(limit),
    workflows: [...sharing],
  }));
}

/** A run that waits for another one keeps its place: with enough of them, no called run would ever get one. */
function refuseCalls(
  caller: Workflow,
  limit: string,
  users: readonly Workflow[],
  workflows: readonly Workflow[],
): void {
  const called = awaitedBy(caller, workflows).find((one) => users.includes(one));
  if (called)
    throw new DefinitionError(
      `Workflow "${caller.name}" has a place in the shared limit "${limit}" while it waits for a run of "${called.name}", which needs a place of the same limit. Remove the limit from one of the two.`,
      caller.place,
    );
}

/** A run that keeps its place in one limit while it waits for a run that needs a place in the next. */
interface Held {
  caller: Workflow;
  called: Workflow;
}

/** The same over several limits: each has runs with a place that wait for a run of the next. */
function refuseCycles(sharing: readonly Workflow[], workflows: readonly Workflow[]): void {
  const limitOf = ({ sharedLimit }: Workflow) => sharedLimit!.limit.name;
  const held = sharing
    .filter(({ sharedLimit }) => countsRunning(laneLimits(sharedLimit!.limit)))
    .flatMap((caller) =>
      awaitedBy(caller, workflows)
        .filter(({ sharedLimit }) => sharedLimit !== undefined)
        .map((called): Held => ({ caller, called })),
    );
  const visited = new Set<string>();
  const follow = (limit: string, path: readonly Held[]): void => {
    const from = path.findIndex(({ caller }) => limitOf(caller) === limit);
    if (from >= 0) throw cycleError(path.slice(from));
    if (visited.has(limit)) return;
    for (const next of held.filter(({ caller }) => limitOf(caller) === limit))
      follow(limitOf(next.called), [...path, next]);
    visited.add(limit);
  };
  for (const { caller } of held) follow(limitOf(caller), []);
}

function cycleError(path: readonly Held[]): DefinitionError {
  const parts = path.map(
    ({ caller, called }) =>
      `"${caller.name}" has a place in "${caller.sharedLimit!.limit.name}" while it waits for a run of "${called.name}", which needs one in "${called.sharedLimit!.limit.name}"`,
  );
  return new DefinitionError(
    `Runs could wait for each other's places in shared limits for ever: ${parts.join("; ")}. Remove the limit from one of these workflows.`,
    path[0]!.caller.place,
  );
}

/** The workflows whose runs it waits for, also by others between them. */
function awaitedBy(caller: Workflow, workflows: readonly Workflow[]): Workflow[] {
  const waiting = [caller];
  const awaited = new Set<Workflow>();
  for (const workflow of waiting) {
    for (const name of calledBy(workflow)) {
      const called = workflows.find((one) => one.name === name);
      if (!called || awaited.has(called)) continue;
      awaited.add(called);
      waiting.push(called);
    }
  }
  return [...awaited];
}

/** The workflows whose runs it waits for. */
function calledBy(workflow: Workflow): string[] {
  return callsOf(workflow)
    .filter(({ awaited }) => awaited)
    .map((call) => call.workflow);
}
