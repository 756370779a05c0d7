import type { EventContract } from "../../../lib/contract/event.ts";
import type { InputOf } from "../../../lib/contract/schema.ts";
import type { Translate } from "../../../lib/contract/trigger/trigger.ts";
import type { WebhookSpec } from "../../../lib/contract/trigger/webhook.ts";
import { webhookRequests } from "../ingress/read-webhook.ts";
import { requestHandler } from "./request-handler.ts";

/** The Lambda handler of a webhook: `export const handler = webhook(githubPushes, (push) => ({ … }))`. */
export function webhook<E extends EventContract>(
  spec: WebhookSpec<E>,
  translate?: Translate<any, InputOf<E["schema"]>>,
) {
  return requestHandler({
    spec,
    kind: webhookRequests,
    arrivalOf: (occurrence) => ({ ...occurrence, contract: spec.event, translate }),
  });
}
