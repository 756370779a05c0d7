import { App, CfnOutput, RemovalPolicy, Stack } from "aws-cdk-lib";
import { AttributeType, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { Millrace } from "../../lib/millrace.ts";
import { reactions } from "./choreographed/reactions.ts";
import { fulfilOrder } from "./orchestrated/fulfil-order.ts";

/** The same process twice, each in its own stack: orchestrated by a workflow, and choreographed by reactions. */
export function ordersApp(outdir?: string): App {
  const app = new App({ outdir });
  const conducted = new Stack(app, "Orchestrated", { description: "Orders as an orchestrated saga" });
  const orchestra = new Millrace(conducted, "Millrace", {
    workflows: [fulfilOrder],
    handlers: "examples/orders/orchestrated",
  });
  const workers = [...orchestra.workflows.values()].flatMap((workflow) => [...workflow.workers.values()]);
  keepBooks(conducted, workers);

  const danced = new Stack(app, "Choreographed", { description: "Orders as a choreographed saga" });
  const dance = new Millrace(danced, "Millrace", {
    reactions,
    handlers: "examples/orders/choreographed",
  });
  keepBooks(danced, [...dance.reactions.values()]);
  return app;
}

interface Service {
  handler: {
    addEnvironment(name: string, value: string): void;
    allow(actions: string[], ...resources: string[]): void;
  };
}

/** The table in which the shop's services store their records. */
export function keepBooks(stack: Stack, services: Service[]): void {
  const books = new TableV2(stack, "Books", {
    partitionKey: { name: "id", type: AttributeType.STRING },
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: RemovalPolicy.DESTROY,
  });
  for (const { handler } of services) {
    handler.addEnvironment("ORDERS_TABLE", books.tableName);
    handler.allow(["dynamodb:PutItem", "dynamodb:UpdateItem"], books.tableArn);
  }
  new CfnOutput(stack, "BooksTable", { value: books.tableName, description: "Stock, cards and parcels" });
}

if (import.meta.main) ordersApp();
