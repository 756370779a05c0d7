import type { Kernel } from "../kernel/kernel.ts";
import { isOnThisMachine } from "../kernel/outbound.ts";
import { confirmationRequest } from "./message.ts";
import { post } from "./send.ts";
import { type Subscription, type Subscriptions, topicArnOf } from "./subscriptions.ts";

/**
 * Asks HTTP endpoints on this machine to confirm their subscription. All others wait until a person
 * confirms, as they do in an account.
 */
export class Confirmations {
  private readonly kernel: Kernel;
  private readonly subscriptions: Subscriptions;
  private started = false;

  constructor(kernel: Kernel, subscriptions: Subscriptions) {
    this.kernel = kernel;
    this.subscriptions = subscriptions;
  }

  /** An endpoint can be in the app: so it is asked when everything is deployed. */
  start(): void {
    this.started = true;
    for (const waiting of this.subscriptions.all().filter(({ token }) => token !== undefined)) {
      this.request(waiting);
    }
  }

  readonly request = ({ arn, endpoint, token }: Subscription): void => {
    if (!this.started || !isOnThisMachine(endpoint)) return;
    const { clock, random, work } = this.kernel;
    const topicArn = topicArnOf({ arn });
    const id = random.uuid();
    const text = confirmationRequest({
      id,
      topicArn,
      token: token!,
      time: clock.now(),
      endpoint: this.kernel.endpoint,
    });
    const headers = {
      "x-amz-sns-message-type": "SubscriptionConfirmation",
      "x-amz-sns-message-id": id,
      "x-amz-sns-topic-arn": topicArn,
      "content-type": "text/plain; charset=UTF-8",
    };
    work.start("sns: confirmation", async () => {
      await post(this.kernel, endpoint, text, headers).catch((error: Error) => {
        this.kernel.report(
          `sns: ${endpoint} was not asked to confirm its subscription to ${topicArn}: ${error.message}. Subscribe it again, or start again.`,
        );
      });
    });
  };
}
