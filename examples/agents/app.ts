import { App, CfnOutput, RemovalPolicy, Stack } from "aws-cdk-lib";
import { AttributeType, StreamViewType, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { TableChanges } from "../../lib/constructs/triggers/index.ts";
import { Millrace, parseModel } from "../../lib/millrace.ts";
import { agents as ours } from "./agents.ts";
import { contractChanges } from "./contracts/trigger.ts";
import type { AgentSpec } from "./declare.ts";
import { workflows } from "./index.ts";
import { newUsers } from "./onboarding/trigger.ts";
import { noteOutcome } from "./reactions.ts";

export interface AgentsAppOptions {
  outdir?: string;
  /** @default all of the project */
  agents?: readonly AgentSpec[];
  /** Folder with the handlers. @default "examples/agents" */
  handlers?: string;
}

/** Agents that cooperate on tasks: tickets, changes of contracts, new users. */
export function agentsApp({
  outdir,
  agents = ours,
  handlers = "examples/agents",
}: AgentsAppOptions = {}): App {
  const app = new App({ outdir });
  const stack = new Stack(app, "Agents", { description: "Agents that cooperate on tasks" });
  const millrace = new Millrace(stack, "Millrace", {
    workflows,
    reactions: [...agents.map(({ reaction }) => reaction), noteOutcome],
    handlers,
    models: { default: parseModel(process.env.MILLRACE_MODEL) },
  });
  keepRecords(stack, millrace);
  const watch = (id: string, key: string) =>
    new TableV2(stack, id, {
      partitionKey: { name: key, type: AttributeType.STRING },
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    });
  const [contracts, users] = [watch("Contracts", "contractId"), watch("Users", "userId")];
  new TableChanges(stack, "ContractChanges", {
    trigger: contractChanges,
    table: contracts,
    millrace,
    handlers,
  });
  new TableChanges(stack, "NewUsers", { trigger: newUsers, table: users, millrace, handlers });
  new CfnOutput(stack, "ContractsTable", {
    value: contracts.tableName,
    description: "A changed item starts a review",
  });
  new CfnOutput(stack, "UsersTable", {
    value: users.tableName,
    description: "A new item starts an onboarding",
  });
  return app;
}

/** The table with the load and the past success of each agent. */
function keepRecords(stack: Stack, { workflows, reactions }: Millrace): void {
  const records = new TableV2(stack, "AgentRecords", {
    partitionKey: { name: "id", type: AttributeType.STRING },
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const worker = (workflow: string, step: string) => workflows.get(workflow)!.workers.get(step)!;
  const grants = [
    { to: worker("handle-task", "route-task"), actions: ["dynamodb:BatchGetItem"] },
    { to: worker("consult-agent", "ask-agent"), actions: ["dynamodb:UpdateItem"] },
    { to: worker("consult-agent", "weigh-move"), actions: ["dynamodb:BatchGetItem", "dynamodb:UpdateItem"] },
    { to: reactions.get(noteOutcome.name)!, actions: ["dynamodb:PutItem", "dynamodb:UpdateItem"] },
  ];
  for (const { to, actions } of grants) {
    to.handler.addEnvironment("AGENT_RECORDS_TABLE", records.tableName);
    to.handler.allow(actions, records.tableArn);
  }
  new CfnOutput(stack, "AgentRecordsTable", {
    value: records.tableName,
    description: "Records of agents",
  });
}

if (import.meta.main) agentsApp();
