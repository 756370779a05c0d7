import { access } from "../kernel/access.ts";
import type { Engine } from "../kernel/engine.ts";
import { ADDRESS_PATH } from "./message.ts";
import { snsResources } from "./resources.ts";
import { snsService } from "./service.ts";

export const snsEngine: Engine<"sns"> = {
  name: "sns",
  service: snsService,
  resources: snsResources,
  wire: {
    protocol: "query",
    version: "2010-03-31",
    maps: ["Attributes"],
    addresses: { path: ADDRESS_PATH, operations: ["ConfirmSubscription", "Unsubscribe"] },
  },
  accesses(kernel, operation, input) {
    // The token of a confirmation is the permission.
    if (operation === "ConfirmSubscription") return [];
    const subscription =
      input.SubscriptionArn && String(input.SubscriptionArn).split(":").slice(0, 6).join(":");
    const named = input.Name && kernel.arn("sns", String(input.Name));
    const resource = input.TopicArn ?? input.TargetArn ?? input.ResourceArn ?? subscription ?? named;
    return [access(`sns:${operation.replace(/^PublishBatch$/, "Publish")}`, String(resource ?? "*"))];
  },
};
