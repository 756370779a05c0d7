import { CfnOutput, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { Webhook } from "../../lib/constructs/triggers/index.ts";
import { Millrace } from "../../lib/millrace.ts";
import { confirmations, confirmOrder, shopEvents } from "./definitions.ts";

const handlers = import.meta.dirname;

/** A shop sends CloudEvents, and gets CloudEvents back. */
export class CloudEvents extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const millrace = new Millrace(this, "Millrace", {
      reactions: [confirmOrder, confirmations],
      handlers,
      destinations: { confirmations: { url: "https://shop.example.com/events" } },
    });
    const webhook = new Webhook(this, "Shop", { trigger: shopEvents, millrace, handlers });
    const outputs = {
      WebhookUrl: webhook.url,
      WebhookSecret: webhook.secret!.secretArn,
      SigningSecret: millrace.reactions.get(confirmations.name)!.signingSecret!.secretArn,
    };
    for (const [name, value] of Object.entries(outputs))
      new CfnOutput(this, `${name}Output`, { value }).overrideLogicalId(name);
  }
}
