import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { startCloud } from "../../../local/cloud.ts";
import { assemblyOf } from "../cloud/assembly.ts";
import { ACTOR, eventually } from "../cloud/served.ts";

/** What an engine cannot handle ends the call that asked for it, by a name of AWS: nothing waits for it for ever. */

const machineOf = (resource: string, Parameters: object) => ({
  Type: "AWS::StepFunctions::StateMachine",
  Properties: {
    RoleArn: { "Fn::GetAtt": ["Role", "Arn"] },
    DefinitionString: JSON.stringify({
      StartAt: "Call",
      States: {
        Call: { Type: "Task", Resource: `arn:aws:states:::aws-sdk:${resource}`, Parameters, End: true },
      },
    }),
  },
});

async function run(
  resource: string,
  parameters: object,
  break_: (operations: Record<string, unknown>) => void = () => {},
) {
  const reports: string[] = [];
  const assembly = assemblyOf({ Role: ACTOR, Machine: machineOf(resource, parameters) });
  const cloud = await startCloud({
    assembly,
    data: undefined,
    port: 0,
    report: (line) => reports.push(line),
  });
  try {
    break_(cloud.kernel.service(resource.split(":")[0]!)!.operations);
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const machines = new SFNClient({ endpoint: cloud.endpoint, region: "us-east-1", credentials });
    const stateMachineArn = cloud.deployment.deployed.get("App/Machine")!.ref;
    const { executionArn } = await machines.send(new StartExecutionCommand({ stateMachineArn }));
    const ended = await eventually(async () => {
      const execution = await machines.send(new DescribeExecutionCommand({ executionArn }));
      return execution.status === "RUNNING" ? undefined : execution;
    });
    return { ...ended, reports };
  } finally {
    await cloud.close();
  }
}

test("a task without what its operation needs fails by the service's name", async () => {
  const { status, error, cause, reports } = await run("secretsmanager:getSecretValue", {});
  expect([status, error]).toEqual(["FAILED", "SecretsManager.SecretsManagerException"]);
  expect(cause).toContain("Value null at 'secretId' failed to satisfy constraint: Member must not be null");
  expect(reports).toEqual([]);
});

test("a task whose engine breaks fails by the service's internal error, which is reported", async () => {
  const { status, error, cause, reports } = await run("ssm:getParameter", { Name: "x" }, (operations) => {
    operations.GetParameter = () => {
      throw new TypeError("unforeseen");
    };
  });
  expect([status, error]).toEqual(["FAILED", "Ssm.InternalServerErrorException"]);
  expect(cause).toContain("unforeseen");
  expect(reports.join()).toMatch(/ssm:GetParameter: TypeError: unforeseen/);
});
