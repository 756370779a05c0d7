import { ArnFormat, Lazy, Stack } from "aws-cdk-lib";
import type { IEventBusRef, Rule } from "aws-cdk-lib/aws-events";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Queue } from "aws-cdk-lib/aws-sqs";

/**
 * Lets any number of rules send to a queue by one statement: a queue's policy allows 20 statements and 8,192
 * bytes. All rules of the app's own bus share a pattern, since only the deployment creates rules there.
 */
export class RuleSenders {
  private readonly queue: Queue;
  private readonly sources = new Set<string>();

  constructor(queue: Queue) {
    this.queue = queue;
  }

  add(rule: Rule, bus: IEventBusRef | undefined): void {
    if (this.sources.size === 0) this.grant();
    this.sources.add(bus ? rulesOf(bus, rule) : rule.ruleArn);
  }

  private grant(): void {
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal("events.amazonaws.com")],
        actions: ["sqs:SendMessage"],
        resources: [this.queue.queueArn],
        conditions: {
          ArnLike: { "aws:SourceArn": Lazy.list({ produce: () => [...this.sources] }) },
          StringEquals: { "aws:SourceAccount": Stack.of(this.queue).account },
        },
      }),
    );
  }
}

/** ARN pattern of all rules of a bus. */
function rulesOf({ eventBusRef: { eventBusName } }: IEventBusRef, rule: Rule): string {
  return Stack.of(rule).formatArn({
    service: "events",
    resource: "rule",
    resourceName: `${eventBusName}/*`,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}
