import type { Operation } from "../kernel/service.ts";
import { invalidParameter, notFound } from "./errors.ts";
import { pageOf } from "./page.ts";
import { OF_HTTP } from "./policies.ts";
import type { Subscriptions } from "./subscriptions.ts";
import { texts } from "./texts.ts";
import type { Topic, Topics } from "./topics.ts";

const ACTIONS = new Set(
  "Publish AddPermission RemovePermission DeleteTopic GetTopicAttributes SetTopicAttributes ListSubscriptionsByTopic Subscribe".split(
    " ",
  ),
);

/** The operations on topics, their policies and tags. */
export function topicOperations(
  account: string,
  topics: Topics,
  subscriptions: Subscriptions,
): Record<string, Operation> {
  const attributesOf = (topic: Topic) => {
    const all = subscriptions.of(topic.name);
    const pending = all.filter(({ token }) => token !== undefined).length;
    return {
      TopicArn: topic.arn,
      Owner: account,
      DisplayName: "",
      Policy: JSON.stringify(defaultPolicy(topic, account)),
      EffectiveDeliveryPolicy: JSON.stringify({
        http: {
          defaultHealthyRetryPolicy: { ...OF_HTTP, ...topic.delivery?.retries },
          disableSubscriptionOverrides: false,
        },
      }),
      SubscriptionsConfirmed: String(all.length - pending),
      SubscriptionsPending: String(pending),
      SubscriptionsDeleted: "0",
      ...(topic.fifo && { ContentBasedDeduplication: "false" }),
      ...topic.attributes,
    };
  };
  const policyOf = (topic: Topic) =>
    JSON.parse(topic.attributes.Policy ?? JSON.stringify(defaultPolicy(topic, account)));
  const setPolicy = (topic: Topic, policy: object) => {
    topics.setAttribute(topic, "Policy", JSON.stringify(policy));
    return {};
  };

  return {
    CreateTopic({ Name, Attributes = {}, Tags }) {
      return { TopicArn: topics.create(Name, texts(Attributes), tagMap(Tags)).arn };
    },

    DeleteTopic({ TopicArn }) {
      const topic = topics.withArn(String(TopicArn));
      if (!topic) return {};
      for (const subscription of subscriptions.of(topic.name)) subscriptions.remove(subscription);
      topics.delete(topic);
      return {};
    },

    ListTopics({ NextToken }) {
      const { items, next } = pageOf(topics.all(), ({ arn }) => arn, NextToken);
      return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), NextToken: next };
    },

    GetTopicAttributes: ({ TopicArn }) => ({ Attributes: attributesOf(topics.existing(TopicArn)) }),

    SetTopicAttributes({ TopicArn, AttributeName, AttributeValue }) {
      if (!AttributeName) throw invalidParameter("AttributeName");
      topics.setAttribute(
        topics.existing(TopicArn),
        String(AttributeName),
        AttributeValue && String(AttributeValue),
      );
      return {};
    },

    AddPermission({ TopicArn, Label, AWSAccountId = [], ActionName = [] }) {
      const topic = topics.existing(TopicArn);
      const policy = policyOf(topic);
      const actions: string[] = ActionName;
      const accounts: string[] = AWSAccountId;
      if (!Label) throw invalidParameter("Label");
      if (accounts.length === 0) throw invalidParameter("AWSAccountId");
      if (actions.length === 0 || !actions.every((action) => action === "*" || ACTIONS.has(action))) {
        throw invalidParameter("Policy statement action out of service scope!");
      }
      if (policy.Statement.some(({ Sid }: { Sid?: string }) => Sid === Label)) {
        throw invalidParameter("Statement already exists");
      }
      const statement = {
        Sid: Label,
        Effect: "Allow",
        Principal: { AWS: accounts.map((id) => `arn:aws:iam::${id}:root`) },
        Action: actions.map((action) => `SNS:${action}`),
        Resource: topic.arn,
      };
      return setPolicy(topic, { ...policy, Statement: [...policy.Statement, statement] });
    },

    RemovePermission({ TopicArn, Label }) {
      const topic = topics.existing(TopicArn);
      const policy = policyOf(topic);
      const left = policy.Statement.filter(({ Sid }: { Sid?: string }) => Sid !== Label);
      return setPolicy(topic, { ...policy, Statement: left });
    },

    TagResource({ ResourceArn, Tags }) {
      const topic = tagged(topics, ResourceArn);
      topics.setTags(topic, { ...topic.tags, ...tagMap(Tags) });
      return {};
    },

    UntagResource({ ResourceArn, TagKeys }) {
      const topic = tagged(topics, ResourceArn);
      const gone = new Set<string>(TagKeys);
      topics.setTags(topic, Object.fromEntries(Object.entries(topic.tags).filter(([key]) => !gone.has(key))));
      return {};
    },

    ListTagsForResource({ ResourceArn }) {
      const { tags } = tagged(topics, ResourceArn);
      return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
    },
  };
}

const tagMap = (tags: { Key?: string; Value?: unknown }[] = []): Record<string, string> =>
  Object.fromEntries(
    tags.map(({ Key, Value }, index) => {
      if (!Key) throw invalidParameter(`Tags Reason: Tags[${index}] has no Key`);
      return [Key, String(Value ?? "")];
    }),
  );

function tagged(topics: Topics, arn: unknown): Topic {
  const topic = topics.withArn(String(arn));
  if (!topic) throw notFound("Resource");
  return topic;
}

/**
 * The policy of a topic that was given none: its account's own. Roles need a permission of their own, and
 * services are not let in, except for the account's alarms.
 */
function defaultPolicy({ arn }: Topic, account: string): { Statement: object[]; [member: string]: unknown } {
  return {
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [...ACTIONS].map((action) => `SNS:${action}`),
        Resource: arn,
        Condition: { StringEquals: { "AWS:SourceOwner": account } },
      },
    ],
  };
}
