import type { Deployment } from "../assembly/deploy.ts";

/** The changes of a deployment, a line for each kind of resource and each state machine. */
export function deploymentChanges({ plan: before }: Deployment, { plan: after }: Deployment): string[] {
  const texts = (plan: Deployment["plan"]) =>
    new Map(plan.resources.map(({ path, properties }) => [path, JSON.stringify(properties)]));
  const [old, now] = [texts(before), texts(after)];
  const added = [...now.keys()].filter((path) => !old.has(path)).length;
  const removed = [...old.keys()].filter((path) => !now.has(path)).length;
  const changed = [...now].filter(([path, text]) => old.has(path) && old.get(path) !== text).length;
  if (added + removed + changed === 0) return ["nothing to deploy: the templates are the same"];
  const parts = [
    [added, "added"],
    [changed, "changed"],
    [removed, "removed"],
  ].flatMap(([number, what]) => (number ? [`${number} ${what}`] : []));
  return [`deployed: ${parts.join(", ")} of ${after.resources.length} resources`];
}
