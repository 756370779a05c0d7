import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Simulation, simulate } from "../../local/simulate.ts";
import { synthesizeInto } from "../harness.ts";

/** What of a deployed app says which service calls which: enough to run its functions without a cloud. */
export interface Wiring {
  outputs: { bus: string; table: string; control: string };
  functions: {
    name: string;
    arn: string;
    description: string;
    /** What its code was bundled from: "millrace/relay", "handlers/visit", "handlers/plan-trip_intake". */
    bundle: string;
    timeout: number;
    /** Id of its role, by which SQS names who sent a message. */
    role: string;
    variables: Record<string, string>;
  }[];
  mappings: { source: string; function: string; batch: number; filters: string[] }[];
  queues: {
    url: string;
    arn: string;
    visibility: number;
    delay: number;
    deadLetters: { arn: string; after: number } | undefined;
  }[];
  rules: {
    arn: string;
    bus: string;
    pattern: string | undefined;
    schedule: string | undefined;
    targets: { arn: string; settings: object }[];
  }[];
  machines: { arn: string; name: string; definition: string }[];
  indexes: { name: string; partition: string; sort: string }[];
  /** What the deployment itself has put into the table, in DynamoDB's own form. */
  items: Record<string, any>[];
}

export const APP = "node bench/soak/app/app.ts";

/** Synthesizes the app into a folder and reads how it is wired; once, unless `again`. */
export async function wire(folder: string, { again = false } = {}): Promise<Wiring> {
  const kept = join(folder, "wiring.json");
  if (!again) {
    try {
      return JSON.parse(readFileSync(kept, "utf8")) as Wiring;
    } catch {
      // Not there yet.
    }
  }
  await synthesizeInto(folder, APP);
  const wiring = await readWiring(folder);
  writeFileSync(kept, JSON.stringify(wiring));
  return wiring;
}

/** All functions: Lambda lists fifty at once. */
async function functionsOf(call: Simulation["call"]): Promise<any[]> {
  const found: any[] = [];
  let Marker: string | undefined;
  do {
    const page = await call("lambda", "ListFunctions", { Marker });
    found.push(...page.Functions);
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  return found;
}

/** Deploys an assembly into a simulated cloud, and asks that what there is. */
async function readWiring(folder: string): Promise<Wiring> {
  const cloud = await simulate(folder, { seed: 1, schedules: false });
  const { call } = cloud;
  try {
    const functions = await functionsOf(call);
    const { EventSourceMappings } = await call("lambda", "ListEventSourceMappings");
    const { QueueUrls } = await call("sqs", "ListQueues");
    const { EventBuses } = await call("events", "ListEventBuses");
    const { stateMachines } = await call("states", "ListStateMachines");
    const { TableNames } = await call("dynamodb", "ListTables");
    const { Table } = await call("dynamodb", "DescribeTable", { TableName: TableNames[0] });
    const { Items } = await call("dynamodb", "Scan", { TableName: TableNames[0] });
    const all = <Input, Output>(list: Input[], one: (input: Input) => Promise<Output>) =>
      Promise.all(list.map(one));
    const outputs = await cloud.outputs("Soak");
    const bundles = bundlesOf(folder);
    const code = new Map(
      cloud.kernel.store
        .all<{ function: string; code: string }>(
          "SELECT function, code FROM lambda_version WHERE version = '$LATEST'",
        )
        .map((row) => [row.function, bundles.get(readFileSync(join(row.code, "index.mjs"), "utf8"))]),
    );
    return {
      outputs: {
        bus: outputs.MillraceBus!,
        table: outputs.MillraceTable!,
        control: outputs.MillraceControl!,
      },
      functions: functions.map((one) => ({
        name: one.FunctionName,
        arn: one.FunctionArn,
        description: one.Description,
        bundle: code.get(one.FunctionName) ?? "",
        timeout: one.Timeout,
        role: cloud.kernel.roleId?.(one.Role) ?? "",
        variables: one.Environment?.Variables ?? {},
      })),
      mappings: EventSourceMappings.map((one: any) => ({
        source: one.EventSourceArn,
        function: one.FunctionArn,
        batch: one.BatchSize,
        filters: (one.FilterCriteria?.Filters ?? []).map(({ Pattern }: any) => Pattern),
      })),
      queues: await all(QueueUrls, async (QueueUrl: string) => {
        const { Attributes } = await call("sqs", "GetQueueAttributes", { QueueUrl, AttributeNames: ["All"] });
        const redrive = Attributes.RedrivePolicy && JSON.parse(Attributes.RedrivePolicy);
        return {
          url: QueueUrl,
          arn: Attributes.QueueArn,
          visibility: Number(Attributes.VisibilityTimeout),
          delay: Number(Attributes.DelaySeconds),
          deadLetters: redrive && {
            arn: redrive.deadLetterTargetArn,
            after: Number(redrive.maxReceiveCount),
          },
        };
      }),
      rules: (
        await all(EventBuses, async ({ Name }: any) => {
          const { Rules } = await call("events", "ListRules", { EventBusName: Name });
          return await all(Rules, async (rule: any) => {
            const about = { EventBusName: Name, Rule: rule.Name };
            const { Targets } = await call("events", "ListTargetsByRule", about);
            return {
              arn: rule.Arn,
              bus: Name,
              pattern: rule.EventPattern,
              schedule: rule.ScheduleExpression,
              targets: Targets.map(({ Arn, ...settings }: any) => ({ arn: Arn, settings })),
            };
          });
        })
      ).flat(),
      machines: await all(stateMachines, async ({ stateMachineArn }: any) => {
        const { name, definition } = await call("states", "DescribeStateMachine", { stateMachineArn });
        return { arn: stateMachineArn, name, definition };
      }),
      indexes: Table.GlobalSecondaryIndexes.map(({ IndexName, KeySchema }: any) => ({
        name: IndexName,
        partition: KeySchema.find((key: any) => key.KeyType === "HASH").AttributeName,
        sort: KeySchema.find((key: any) => key.KeyType === "RANGE").AttributeName,
      })),
      items: Items,
    };
  } finally {
    await cloud.close();
  }
}

/** Names of the bundles of an assembly, by their text: a function's code is a copy of one. */
function bundlesOf(folder: string): Map<string, string> {
  const files = readdirSync(join(folder, "bundles"), { recursive: true, encoding: "utf8" });
  return new Map(
    files
      .filter((file) => file.endsWith("index.mjs"))
      .map((file) => [
        readFileSync(join(folder, "bundles", file), "utf8"),
        file.split("/").slice(1, -1).join("/"),
      ]),
  );
}
