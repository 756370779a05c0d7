import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { canonicalJson, digest } from "../../../../lib/contract/canonical.ts";
import { mapConcurrently } from "../../../../lib/contract/map-concurrently.ts";
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
  const code = await mapConcurrently([...new Set(functions)].sort(), AT_ONCE, async (name) => {
    const { CodeSha256, Environment } = await client.send(
      new GetFunctionConfigurationCommand({ FunctionName: name }),
    );
    return [name, [CodeSha256, Environment?.Variables]];
  });
  return digest(canonicalJson([versions, code]), 12);
}

/** Queues invoke the newest code of a function, not the version that was published with the release. */
function withoutVersion(arn: string): string {
  return arn.split(":").slice(0, 7).join(":");
}
