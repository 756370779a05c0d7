import { CloudFormationClient, DescribeStacksCommand, type Stack } from "@aws-sdk/client-cloudformation";

/** Names of a stack's resources, from its outputs. */
export interface Deployment {
  bus: string;
  table: string;
  artifactBucket: string;
  /** Name of the control function. */
  control: string;
  /** Address of the console; undefined if none is deployed. */
  console: string | undefined;
  /** ARN of the secret with its token; undefined if an issuer authenticates users. */
  token: string | undefined;
}

/**
 * Finds a deployed Millrace by the name of its stack. Throws an Error that says what to do if it does not
 * exist.
 */
export async function findDeployment(
  stack: string,
  client = new CloudFormationClient({}),
): Promise<Deployment> {
  const outputs = (await describeStack(stack, client))?.Outputs ?? [];
  const find = (name: string) => outputs.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
  const output = (name: string) => {
    const found = find(name);
    if (!found)
      throw new Error(
        `The stack ${stack} has no output ${name}. Deploy the current version, or choose another stack with --stack.`,
      );
    return found;
  };
  return {
    bus: output("MillraceBus"),
    table: output("MillraceTable"),
    artifactBucket: output("MillraceArtifactBucket"),
    control: output("MillraceControl"),
    console: find("MillraceConsole"),
    token: find("MillraceToken"),
  };
}

async function describeStack(stack: string, client: CloudFormationClient): Promise<Stack | undefined> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    return Stacks?.[0];
  } catch (error) {
    if (!/does not exist/.test((error as Error).message)) throw error;
    // A caller who may describe one stack may not be allowed to list all.
    const others = await stacksWithMillrace(client).catch(() => []);
    if (others.length === 0) throw error;
    throw new Error(
      `The stack ${stack} does not exist. Stacks with Millrace: ${others.join(", ")}. Choose one with --stack or MILLRACE_STACK.`,
    );
  }
}

async function stacksWithMillrace(client: CloudFormationClient): Promise<string[]> {
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({}));
  return Stacks.filter(({ Outputs = [] }) =>
    Outputs.some(({ OutputKey }) => OutputKey === "MillraceBus"),
  ).map(({ StackName }) => StackName!);
}
