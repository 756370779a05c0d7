import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { type Simulation, type SimulationOptions, simulate } from "../../../../local/simulate.ts";
import { assemblyOf, type FunctionSpec } from "../../simulation/assembly.ts";

let opened: Simulation[] = [];
afterEach(async () => {
  for (const cloud of opened) await cloud.close();
  opened = [];
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

/** Deploys one app after the other into the same cloud; answers what the functions received each time. */
export function cloudForDeployments(functions: Record<string, FunctionSpec>) {
  const data = mkdtempSync(join(tmpdir(), "custom-resources-"));
  let time = "2026-01-01T00:00:00Z";
  return async (
    resources: object,
    options: Partial<SimulationOptions> & { functions?: typeof functions } = {},
  ) => {
    const received: Received[] = [];
    const reports: string[] = [];
    const { functions: own = functions, ...rest } = options;
    const cloud = await simulate(assemblyOf(own, resources), {
      seed: 1,
      start: time,
      data,
      report: (line: string) => reports.push(line),
      onLog: ({ text }) => {
        const found = /received (\{.*\})/.exec(text);
        if (found) received.push(JSON.parse(found[1]!));
      },
      ...rest,
    });
    opened.push(cloud);
    const next = async () => {
      time = new Date(cloud.now() + 1000).toISOString();
      opened = opened.filter((one) => one !== cloud);
      await cloud.close();
    };
    return { cloud, received, reports, next };
  };
}
