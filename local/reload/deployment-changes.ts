import type { Deployment } from "../assembly/deploy.ts";

/** What a deployment changed, a line for each kind of resource and each state machine. */
export function deploymentChanges({ plan: before }: Deployment, { plan: after }: Deployment): string[] {
  const texts = (plan: Deployment["plan"]) =>
    new Map(
      plan.resources.map((one) => [one.path, { type: one.type, text: JSON.stringify(one.properties) }]),
    );
  const [old, now] = [texts(before), texts(after)];
  const count = (paths: string[]) => paths.length;
  const added = count([...now.keys()].filter((path) => !old.has(path)));
  const removed = count([...old.keys()].filter((path) => !now.has(path)));
  const changed = count(
    [...now]
      .filter(([path, { text }]) => old.has(path) && old.get(path)!.text !== text)
      .map(([path]) => path),
  );
  if (added + removed + changed === 0) return ["nothing to deploy: the templates are the same"];
  const parts = [
    [added, "added"],
    [changed, "changed"],
    [removed, "removed"],
  ].flatMap(([number, what]) => (number ? [`${number} ${what}`] : []));
  return [`deployed: ${parts.join(", ")} of ${after.resources.length} resources`];
}
