import { afterEach } from "vitest";
import type { Simulation } from "../../../../local/simulate.ts";
import { RedeployedCloud } from "../../../redeployed.ts";
import { assemblyOf, type FunctionSpec } from "../../simulation/assembly.ts";

const opened: RedeployedCloud[] = [];
afterEach(async () => {
  for (const cloud of opened.splice(0)) await cloud.close();
});

/** A request as a function got it. */
export interface Received {
  RequestType: string;
  PhysicalResourceId?: string;
  ResourceProperties: Record<string, unknown>;
  OldResourceProperties?: Record<string, unknown>;
  [member: string]: unknown;
}

/** A function that writes each request to its log and answers by `answer`, JavaScript over `event`. */
export const answering = (answer: string): FunctionSpec => ({
  code: `export const handler = async (event) => {
    console.log("received " + JSON.stringify(event));
    const answer = { StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId, ...(${answer}) };
    await fetch(event.ResponseURL, { method: "PUT", body: JSON.stringify(answer) });
  };`,
});

/** Properties of a custom resource that the function "Maker" brings to life. */
export const made = (properties: object = {}, more: object = {}) => ({
  Type: "Custom::Thing",
  Properties: { ServiceToken: { "Fn::GetAtt": ["Maker", "Arn"] }, ...properties },
  ...more,
});

/** A deployment: the cloud after it, what the functions received during it, and what it reported. */
interface Deployment {
  cloud: Simulation;
  received: Received[];
  reports: string[];
}

/** Deploys one app after the other into the same cloud, with these functions unless others are given. */
export function cloudForDeployments(functions: Record<string, FunctionSpec>) {
  const redeployed = new RedeployedCloud("2026-01-01T00:00:00Z");
  opened.push(redeployed);
  return async (resources: object, own = functions): Promise<Deployment> => {
    const received: Received[] = [];
    const reports: string[] = [];
    await redeployed.deploy(assemblyOf(own, resources), {
      report: (line) => void reports.push(line),
      onLog: ({ text }) => {
        const found = /received (\{.*\})/.exec(text);
        if (found) received.push(JSON.parse(found[1]!));
      },
    });
    return { cloud: redeployed.cloud, received, reports };
  };
}
