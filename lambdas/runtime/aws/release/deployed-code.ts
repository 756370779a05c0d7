import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { canonicalJson, digest } from "../../../../lib/contract/canonical.ts";
import type { ReleaseItem } from "../../../../lib/contract/table.ts";

/** Number of parallel calls. */
const AT_ONCE = 5;

/**
 * A digest of what new runs execute: the newest version of each workflow, with the code and the environment of
 * its steps' functions, and so the prompts and the models. Throws an Error that says so if no version of the
 * workflow is deployed.
 */
export async function deployedCode(
  workflow: string,
  releases: readonly ReleaseItem[],
  client = new LambdaClient({}),
): Promise<string> {
  const newest = new Map<string, ReleaseItem>();
  for (const one of releases)
    if (one.deployedAt > (newest.get(one.workflow)?.deployedAt ?? "")) newest.set(one.workflow, one);
  if (!newest.has(workflow))
    throw new Error(`No version of a workflow "${workflow}" is deployed. "millrace versions" lists all.`);
  const versions = [...newest.values()].map(({ workflow: name, version }) => `${name} ${version}`).sort();
  const functions = [...newest.values()].flatMap(({ steps }) => Object.values(steps).map(withoutVersion));
  const open = [...new Set(functions)].sort();
  const found = new Map<string, unknown>();
  const take = async () => {
    for (let name = open.shift(); name !== undefined; name = open.shift()) {
      const { CodeSha256, Environment } = await client.send(
        new GetFunctionConfigurationCommand({ FunctionName: name }),
      );
      found.set(name, [CodeSha256, Environment?.Variables]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
  const code = [...found].sort(([one], [other]) => (one < other ? -1 : 1));
  return digest(canonicalJson([versions, code]), 12);
}

/** Queues invoke the newest code of a function, not the version that was published with the release. */
function withoutVersion(arn: string): string {
  return arn.split(":").slice(0, 7).join(":");
}
