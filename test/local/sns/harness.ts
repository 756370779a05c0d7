import { snsService } from "../../../local/sns/service.ts";
import { amongStandIns, type Situation } from "../stand-ins.ts";

export { DEAD, QUEUE, START } from "../stand-ins.ts";

export const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:ship";

/** The engine, started, among stand-ins for the services that it delivers to, with one topic. */
export async function cloud(situation: Situation & { attributes?: object; name?: string } = {}) {
  const reports: string[] = [];
  const local = amongStandIns(
    { sqs: ["SendMessage"], lambda: ["Invoke"] },
    { ...situation, report: (line) => reports.push(line) },
  );
  const { kernel } = local;
  const service = snsService(kernel);
  kernel.register(service);
  service.start!();
  const sns = (operation: string, input: object = {}): Promise<any> => kernel.call("sns", operation, input);
  const { name: Name = "orders", attributes: Attributes } = situation;
  const { TopicArn } = await sns("CreateTopic", { Name, Attributes });

  return {
    ...local,
    service,
    sns,
    reports,
    TopicArn: TopicArn as string,

    subscribe: async (Protocol: string, Endpoint: string, Attributes: object = {}): Promise<string> => {
      const input = { TopicArn, Protocol, Endpoint, Attributes, ReturnSubscriptionArn: true };
      return (await sns("Subscribe", input)).SubscriptionArn;
    },
    /** Publishes and lets everything happen that needs no time. */
    async publish(Message: string, more: object = {}): Promise<any> {
      const answer = await sns("Publish", { TopicArn, Message, ...more });
      await local.settle();
      return answer;
    },
    /** The bodies that queues received. */
    bodies: (): string[] => local.calls.map(({ input }) => input.MessageBody),
  };
}

export const text = (StringValue: string) => ({ DataType: "String", StringValue });
