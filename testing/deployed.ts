import type { Simulation as Cloud } from "../local/simulate.ts";

/** The outputs of a stack with a Millrace. */
export interface Deployed {
  bus: string;
  table: string;
}

/** The stack with a Millrace. Throws if there are several, and none of them is chosen. */
export async function deployedIn(cloud: Cloud, chosen: string | undefined): Promise<Deployed> {
  const { Stacks } = await cloud.call("cloudformation", "DescribeStacks");
  const found = (Stacks as StackDescription[]).flatMap(({ StackName: stack, Outputs = [] }) => {
    const value = (key: string) => Outputs.find(({ OutputKey }) => OutputKey === key)?.OutputValue;
    const [bus, table] = [value("MillraceBus"), value("MillraceTable")];
    return bus && table && (chosen === undefined || stack === chosen) ? [{ stack, bus, table }] : [];
  });
  const [only, ...others] = found;
  if (!only)
    throw new Error(
      `The assembly has no ${chosen === undefined ? "stack" : `stack "${chosen}"`} with a Millrace.`,
    );
  if (others.length > 0)
    throw new Error(
      `The assembly has several stacks with a Millrace: ${found.map(({ stack }) => stack).join(", ")}. Choose one with the option \`stack\`.`,
    );
  return only;
}

interface StackDescription {
  StackName: string;
  Outputs?: { OutputKey: string; OutputValue: string }[];
}
