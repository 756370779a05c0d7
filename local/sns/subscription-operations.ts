import type { Kernel } from "../kernel/kernel.ts";
import type { Operation } from "../kernel/service.ts";
import { invalidParameter } from "./errors.ts";
import { pageOf } from "./page.ts";
import { OF_HTTP } from "./policies.ts";
import { type Subscription, type Subscriptions, topicArnOf } from "./subscriptions.ts";
import { texts } from "./texts.ts";
import type { Topics } from "./topics.ts";

/** The operations on subscriptions. `request` requests the confirmation of an endpoint. */
export function subscriptionOperations(
  { account }: Kernel,
  topics: Topics,
  subscriptions: Subscriptions,
  request: (subscription: Subscription) => void,
): Record<string, Operation> {
  const listed = (all: Subscription[], NextToken: unknown) => {
    const { items, next } = pageOf(all, ({ arn }) => arn, NextToken);
    return {
      Subscriptions: items.map((one) => ({
        SubscriptionArn: one.token === undefined ? one.arn : "PendingConfirmation",
        Owner: account,
        Protocol: one.protocol,
        Endpoint: one.endpoint,
        TopicArn: topicArnOf(one),
      })),
      NextToken: next,
    };
  };

  return {
    Subscribe({ TopicArn, Protocol, Endpoint, Attributes = {}, ReturnSubscriptionArn }) {
      const topic = topics.existing(TopicArn);
      if (!Protocol) throw invalidParameter("Protocol");
      const one = subscriptions.subscribe(topic, String(Protocol), String(Endpoint ?? ""), texts(Attributes));
      if (one.token !== undefined) request(one);
      const isShown = one.token === undefined || String(ReturnSubscriptionArn) === "true";
      return { SubscriptionArn: isShown ? one.arn : "pending confirmation" };
    },

    ConfirmSubscription: ({ TopicArn, Token }) => ({
      SubscriptionArn: subscriptions.confirm(topics.existing(TopicArn), Token).arn,
    }),

    Unsubscribe({ SubscriptionArn }) {
      const found = subscriptions.find(String(SubscriptionArn ?? ""));
      if (!found && String(SubscriptionArn ?? "").split(":").length !== 7) {
        throw invalidParameter("SubscriptionArn Reason: An ARN must have at least 6 elements");
      }
      if (found) subscriptions.remove(found);
      return {};
    },

    ListSubscriptions: ({ NextToken }) => listed(subscriptions.all(), NextToken),

    ListSubscriptionsByTopic: ({ TopicArn, NextToken }) =>
      listed(subscriptions.of(topics.existing(TopicArn).name), NextToken),

    GetSubscriptionAttributes({ SubscriptionArn }) {
      const one = subscriptions.existing(SubscriptionArn);
      const isHttp = one.protocol.startsWith("http");
      return {
        Attributes: {
          SubscriptionArn: one.arn,
          TopicArn: topicArnOf(one),
          Owner: account,
          Protocol: one.protocol,
          Endpoint: one.endpoint,
          RawMessageDelivery: "false",
          PendingConfirmation: String(one.token !== undefined),
          ConfirmationWasAuthenticated: String(one.token === undefined && !isHttp),
          SubscriptionPrincipal: `arn:aws:iam::${account}:root`,
          ...(isHttp && {
            EffectiveDeliveryPolicy: JSON.stringify({
              healthyRetryPolicy: { ...OF_HTTP, ...one.delivery?.retries },
            }),
          }),
          ...(one.attributes.FilterPolicy && { FilterPolicyScope: "MessageAttributes" }),
          ...one.attributes,
        },
      };
    },

    SetSubscriptionAttributes({ SubscriptionArn, AttributeName, AttributeValue }) {
      const one = subscriptions.existing(SubscriptionArn);
      if (!AttributeName) throw invalidParameter("AttributeName");
      const { [String(AttributeName)]: _, ...others } = one.attributes;
      // An empty policy takes the one that there is away.
      const isRemoval = AttributeValue === undefined || AttributeValue === "" || AttributeValue === "{}";
      const given = texts({ [String(AttributeName)]: AttributeValue });
      subscriptions.replaceAttributes(one, isRemoval ? others : { ...others, ...given });
      return {};
    },
  };
}
