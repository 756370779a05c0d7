import type { PolicyDocument } from "../../local/iam/policy.ts";
import type { Simulation } from "../../local/simulate.ts";

/** A role of a deployment, by what it is for. */
export interface DeployedRole {
  /** A function's description, or the name of a role without a function. */
  name: string;
  arn: string;
  isFunction: boolean;
  policies: PolicyDocument[];
}

/** The roles of a deployment on the local cloud, with what their policies say. */
export async function deployedRoles({ kernel, call }: Simulation): Promise<DeployedRole[]> {
  const described = new Map<string, string>();
  for (let Marker: string | undefined; ; ) {
    const page = await call("lambda", "ListFunctions", { Marker });
    for (const { Role, Description } of page.Functions) described.set(Role, Description);
    Marker = page.NextMarker;
    if (Marker === undefined) break;
  }
  const roles = kernel.store.all<{ name: string; arn: string }>(
    "SELECT name, arn FROM iam_roles ORDER BY name",
  );
  return roles.map(({ name, arn }) => ({
    name: described.get(arn) ?? named(name),
    arn,
    isFunction: described.has(arn),
    policies: kernel.store
      .all<{ document: string }>("SELECT document FROM iam_policies WHERE role = ? ORDER BY source", name)
      .flatMap(({ document }) => JSON.parse(document) as PolicyDocument[]),
  }));
}

/** A name without what differs from deployment to deployment, or says nothing. */
function named(text: string): string {
  return text
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<uuid>")
    .replace(/-[0-9a-f]{12}(?:-\w{6}$)?/g, "")
    .replace(/[0-9A-F]{5,8}(?=$|[/:*])/g, "")
    .replace(/\/stream\/.*/, "/stream")
    .replace(/\?{26}/g, "<digest>")
    .replace(/dynamodb:table\/\w+-MillraceStateTable/, "the table");
}

/** What a function does with the queue that it drains. */
const DRAINS = [
  "sqs:ChangeMessageVisibility",
  "sqs:DeleteMessage",
  "sqs:GetQueueAttributes",
  "sqs:GetQueueUrl",
  "sqs:ReceiveMessage",
].join(" ");

/** What every function may do: write its log and its traces. */
const OF_EVERY_FUNCTION = /^(?:logs:|xray:)/;

/** A role as a short list: what it may do to what, and under which condition. One line for each resource. */
export function listed({ name, policies }: DeployedRole): string {
  const lines = policies.flatMap(({ Statement }) =>
    [Statement].flat().flatMap(({ Effect, Action, Resource, Condition }: any) => {
      const actions = [Action].flat().filter((action: string) => !OF_EVERY_FUNCTION.test(action));
      if (actions.length === 0) return [];
      const conditions = Object.entries((Condition ?? {}) as Record<string, object>).flatMap(
        ([operator, block]) =>
          Object.entries(block).map(
            ([key, values]) =>
              `\n      ${key} ${/Not/.test(operator) ? "not in" : "in"} ${[values].flat().map(named).sort().join(", ")}`,
          ),
      );
      return [Resource]
        .flat()
        .map((resource: string) =>
          [
            Effect === "Allow" ? "  " : "  DENY ",
            actions.sort().join(" ").replace(DRAINS, "drain"),
            ` on ${named(resource.replace(/^arn:aws:([^:]*):[^:]*:[^:]*:/, "$1:"))}`,
            ...conditions.sort(),
          ].join(""),
        );
    }),
  );
  return [name, ...[...new Set(lines)].sort()].join("\n");
}
