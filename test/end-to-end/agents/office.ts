import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { expect } from "vitest";
import { type AgentsAppOptions, agentsApp } from "../../../examples/agents/app.ts";
import { openTable } from "../../../lambdas/runtime/aws/table/table.ts";
import { tableApprovals } from "../../../lambdas/runtime/aws/waits/approvals.ts";
import { type SimulationOptions, simulate } from "../../../local/simulate.ts";
import { sharedAssembly } from "../../assemblies.ts";
import { archivedEvents } from "../archived-events.ts";
import { expectEmptyQueues } from "../queues.ts";

let assembly: string;

/** Synthesizes the agents' app, which all offices that are opened after run. */
export function synthesizeAgents(name = "agents", options: AgentsAppOptions = {}): void {
  assembly = sharedAssembly(name, (outdir) => agentsApp({ ...options, outdir }));
}

export type Office = Awaited<ReturnType<typeof openOffice>>;

/** The agents at their desks, in a simulation. */
export async function openOffice(options: Partial<SimulationOptions> = {}) {
  const reports: string[] = [];
  const cloud = await simulate(assembly, {
    seed: 1,
    schedules: false,
    report: (line: string) => reports.push(line),
    ...options,
  });
  const outputs = await cloud.outputs("Agents");
  const events = () => archivedEvents(cloud);
  const send = async (name: string, detail: object) => {
    const entry = { EventBusName: outputs.MillraceBus, Source: "test", DetailType: name };
    const answer = await cloud.call("events", "PutEvents", {
      Entries: [{ ...entry, Detail: JSON.stringify(detail) }],
    });
    expect(answer).toMatchObject({ FailedEntryCount: 0 });
  };
  const scan = async (TableName: string) => {
    const { Items } = await cloud.call("dynamodb", "Scan", { TableName });
    return (Items as any[]).map((item) => unmarshall(item));
  };
  /** The questions to people that are open. */
  const questions = async () =>
    (await scan(outputs.MillraceTable!)).filter(
      ({ kind, state }) => kind === "approval" && state === "pending",
    );
  return {
    cloud,
    outputs,
    reports,
    send,
    scan,
    questions,
    put: (TableName: string, item: object) =>
      cloud.call("dynamodb", "PutItem", { TableName, Item: marshall(item) }),
    submit: (task: object) => send("task.submitted", task),
    /** The payloads of all events of a name, each event once. */
    published(name: string): any[] {
      const found = events().filter((event) => event["detail-type"] === name);
      return [...new Map(found.map(({ id, detail }) => [detail.millrace?.id ?? id, detail])).values()];
    },
    /** How a task ended; undefined where it has not. */
    settled(taskId: string): any {
      return this.published("task.settled").find((task) => task.taskId === taskId);
    },
    /** Answers the only question to a person that is open. */
    async decide(approved: boolean, note: string) {
      const open = await questions();
      expect(open).toHaveLength(1);
      const table = openTable(outputs.MillraceTable!, cloud.client(DynamoDBClient));
      const decision = { approved, decidedBy: "ada", note };
      expect(await tableApprovals(table, cloud.now).decide(open[0] as any, decision)).toMatchObject({
        decided: true,
      });
    },
    async page(uri: string): Promise<string> {
      const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri)!;
      const { Body } = await cloud
        .client(S3Client, { forcePathStyle: true })
        .send(new GetObjectCommand({ Bucket, Key }));
      return await Body!.transformToString();
    },
    async expectPeace() {
      expect(reports).toEqual([]);
      await expectEmptyQueues(cloud);
    },
  };
}
