import { createHmac } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { beforeAll } from "vitest";
import { runReader } from "../../../lambdas/runtime/aws/runs/run-reader.ts";
import { openTable } from "../../../lambdas/runtime/aws/table/table.ts";
import type { QuarantineItem, TableItem } from "../../../lib/contract/table.ts";
import { type SimulationOptions, simulate } from "../../../local/simulate.ts";
import { sharedTriggers } from "../../shared-triggers.ts";

let assembly: string;

/** Synthesizes the example of all triggers, once for the tests of a file. */
export function triggersAssembly(): void {
  beforeAll(() => {
    assembly = sharedTriggers();
  }, 240_000);
}

/** The example in a simulation. */
export async function simulateTriggers(options: Partial<SimulationOptions> = {}) {
  const logged: string[] = [];
  const cloud = await simulate(assembly, {
    seed: 1,
    schedules: false,
    onLog: ({ text }) => logged.push(text),
    ...options,
  });
  const outputs = await cloud.outputs("Triggers");
  const table = outputs.MillraceTable!;
  const reader = runReader(openTable(table, cloud.client(DynamoDBClient)), cloud.client(SFNClient));

  /** A request to the webhook, over the API. */
  async function post(body: string | Buffer, headers: Record<string, string>) {
    const answer = cloud.fetch(outputs.WebhookUrl!, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
    let answered = false;
    void answer.finally(() => {
      answered = true;
    });
    await cloud.settle();
    // The SDK waits between its tries, on virtual time.
    while (!answered) await cloud.advance("1 second");
    const response = await answer;
    return { status: response.status, body: await response.json() };
  }

  return {
    cloud,
    outputs,
    logged,
    post,
    async secret(): Promise<string> {
      const { SecretString } = await cloud.call("secretsmanager", "GetSecretValue", {
        SecretId: outputs.WebhookSecret,
      });
      return SecretString;
    },
    sign: (body: string | Buffer, secret: string) => ({
      "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    }),
    /** How each run of a workflow ended, and with what, sorted. */
    async runs(workflow: string): Promise<[string, unknown][]> {
      const found = (await reader.runs(100)).filter((run) => run.workflow === workflow);
      const details = await Promise.all(found.map(async ({ run }) => (await reader.run(run))!.run));
      const ends = details.map(({ status, output }): [string, unknown] => [status, output]);
      return ends.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
    },
    async quarantined(): Promise<QuarantineItem[]> {
      const { Items } = await cloud.call("dynamodb", "Scan", { TableName: table });
      const items = (Items as any[]).map((item) => unmarshall(item) as TableItem);
      return items.filter((item): item is QuarantineItem => item.kind === "quarantine");
    },
  };
}

export type SimulatedTriggers = Awaited<ReturnType<typeof simulateTriggers>>;
