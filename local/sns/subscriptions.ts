import { isDeepStrictEqual } from "node:util";
import type { Kernel } from "../kernel/kernel.ts";
import { invalidParameter, notFound, notServed } from "./errors.ts";
import { compileFilter, type Filter, type Scope } from "./filter.ts";
import { type DeliveryPolicy, deadLetterQueue, readDeliveryPolicy, readObject } from "./policies.ts";
import type { Topic } from "./topics.ts";

type Protocol = "sqs" | "lambda" | "http" | "https" | "email" | "email-json";

export interface Subscription {
  arn: string;
  /** The topic's name. */
  topic: string;
  protocol: Protocol;
  endpoint: string;
  attributes: Record<string, string>;
  raw: boolean;
  filter: Filter | undefined;
  deadLetterQueue: string | undefined;
  delivery: DeliveryPolicy | undefined;
  /** With which it is confirmed; undefined if it is. */
  token: string | undefined;
}

/** The ARN of its topic. */
export const topicArnOf = ({ arn }: Pick<Subscription, "arn">): string => arn.slice(0, arn.lastIndexOf(":"));

interface SubscriptionRow {
  arn: string;
  topic: string;
  protocol: Protocol;
  endpoint: string;
  attributes: string;
  token: string | null;
}

const ENDPOINTS: Record<Protocol, { form: RegExp; refusal: string }> = {
  sqs: { form: /^arn:aws:sqs:[^:]+:\d{12}:[\w-]{1,80}(\.fifo)?$/, refusal: "SQS endpoint ARN" },
  lambda: {
    form: /^arn:aws:lambda:[^:]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/,
    refusal: "Lambda endpoint ARN",
  },
  http: { form: /^http:\/\/\S+$/, refusal: "Endpoint must match the specified protocol" },
  https: { form: /^https:\/\/\S+$/, refusal: "Endpoint must match the specified protocol" },
  email: { form: /^\S+@\S+$/, refusal: "Email address" },
  "email-json": { form: /^\S+@\S+$/, refusal: "Email address" },
};
const NOT_SERVED = ["sms", "application", "firehose"];
const RAW = new Set(["sqs", "http", "https"]);

/** The subscriptions, held parsed in memory by topic. */
export class Subscriptions {
  private readonly kernel: Kernel;
  private readonly byTopic = new Map<string, Map<string, Subscription>>();

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    for (const row of kernel.store.all<SubscriptionRow>("SELECT * FROM sns_subscription ORDER BY arn")) {
      this.keep(row, JSON.parse(row.attributes));
    }
  }

  of(topic: string): Subscription[] {
    return [...(this.byTopic.get(topic)?.values() ?? [])];
  }

  all(): Subscription[] {
    return [...this.byTopic.values()].flatMap((ofTopic) => [...ofTopic.values()]);
  }

  find(arn: string): Subscription | undefined {
    return this.byTopic.get(arn.split(":")[5] ?? "")?.get(arn);
  }

  existing(arn: unknown): Subscription {
    if (typeof arn !== "string" || arn.split(":").length !== 7) {
      throw invalidParameter("SubscriptionArn Reason: An ARN must have at least 6 elements");
    }
    const found = this.find(arn);
    if (!found) throw notFound("Subscription");
    return found;
  }

  /** The subscription of an endpoint, which is created unless it exists with these attributes. */
  subscribe(
    topic: Topic,
    protocol: string,
    endpoint: string,
    attributes: Record<string, string>,
  ): Subscription {
    checkEndpoint(topic, protocol, endpoint);
    check(protocol, attributes);
    const known = this.of(topic.name).find((one) => one.protocol === protocol && one.endpoint === endpoint);
    if (known) {
      if (Object.keys(attributes).length === 0 || isDeepStrictEqual(known.attributes, attributes))
        return known;
      throw invalidParameter("Attributes Reason: Subscription already exists with different attributes");
    }
    const { random, store } = this.kernel;
    const row: SubscriptionRow = {
      arn: `${topic.arn}:${random.uuid()}`,
      topic: topic.name,
      protocol: protocol as Protocol,
      endpoint,
      attributes: JSON.stringify(attributes),
      token: protocol === "sqs" || protocol === "lambda" ? null : random.bytes(64).toString("hex"),
    };
    store.run(
      "INSERT INTO sns_subscription VALUES (?, ?, ?, ?, ?, ?)",
      row.arn,
      row.topic,
      row.protocol,
      row.endpoint,
      row.attributes,
      row.token,
    );
    return this.keep(row, attributes);
  }

  confirm(topic: Topic, token: unknown): Subscription {
    const waiting = this.of(topic.name).find((one) => one.token === token && token !== undefined);
    if (!waiting) throw invalidParameter("Token");
    this.kernel.store.run("UPDATE sns_subscription SET token = NULL WHERE arn = ?", waiting.arn);
    return this.keep({ ...waiting, token: null }, waiting.attributes);
  }

  replaceAttributes(subscription: Subscription, attributes: Record<string, string>): Subscription {
    check(subscription.protocol, attributes);
    this.kernel.store.run(
      "UPDATE sns_subscription SET attributes = ? WHERE arn = ?",
      JSON.stringify(attributes),
      subscription.arn,
    );
    return this.keep({ ...subscription, token: subscription.token ?? null }, attributes);
  }

  remove({ arn, topic }: Pick<Subscription, "arn" | "topic">): void {
    this.kernel.store.run("DELETE FROM sns_subscription WHERE arn = ?", arn);
    this.byTopic.get(topic)?.delete(arn);
  }

  private keep(
    { arn, topic, protocol, endpoint, token }: Omit<SubscriptionRow, "attributes">,
    attributes: Record<string, string>,
  ): Subscription {
    const {
      FilterPolicy,
      FilterPolicyScope = "MessageAttributes",
      RedrivePolicy,
      DeliveryPolicy,
    } = attributes;
    const subscription: Subscription = {
      arn,
      topic,
      protocol,
      endpoint,
      attributes,
      raw: attributes.RawMessageDelivery === "true",
      filter:
        FilterPolicy === undefined ? undefined : compileFilter(FilterPolicy, FilterPolicyScope as Scope),
      deadLetterQueue: RedrivePolicy === undefined ? undefined : deadLetterQueue(RedrivePolicy),
      delivery:
        DeliveryPolicy === undefined
          ? undefined
          : readDeliveryPolicy(readObject(DeliveryPolicy, "DeliveryPolicy")),
      token: token ?? undefined,
    };
    const ofTopic = this.byTopic.get(topic) ?? new Map<string, Subscription>();
    this.byTopic.set(topic, ofTopic.set(arn, subscription));
    return subscription;
  }
}

function checkEndpoint(topic: Topic, protocol: string, endpoint: string): void {
  if (NOT_SERVED.includes(protocol)) throw notServed(`the protocol ${protocol} of subscriptions`);
  if (!Object.hasOwn(ENDPOINTS, protocol)) {
    throw invalidParameter(`Does not support this protocol string: ${protocol}`);
  }
  const { form, refusal } = ENDPOINTS[protocol as Protocol];
  if (!form.test(endpoint)) throw invalidParameter(refusal);
  if (topic.fifo && protocol !== "sqs") {
    throw invalidParameter(`Endpoint Reason: a FIFO topic delivers to SQS queues, not to ${protocol}`);
  }
  if (!topic.fifo && endpoint.endsWith(".fifo")) {
    throw invalidParameter("Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics");
  }
}

/** Refuses attributes, each in the service's words. */
function check(protocol: string, attributes: Record<string, string>): void {
  const invalid = (reason: string) => invalidParameter(`Attributes Reason: ${reason}`);
  const { RawMessageDelivery, FilterPolicy, FilterPolicyScope, RedrivePolicy, DeliveryPolicy, ...others } =
    attributes;
  const [unknown] = Object.keys(others);
  if (unknown === "ReplayPolicy" || unknown === "SubscriptionRoleArn")
    throw notServed(`the attribute ${unknown}`);
  if (unknown !== undefined) throw invalidParameter("AttributeName");
  if (RawMessageDelivery !== undefined && !["true", "false"].includes(RawMessageDelivery)) {
    throw invalid(`RawMessageDelivery: Invalid value [${RawMessageDelivery}]. Must be true or false.`);
  }
  if (RawMessageDelivery === "true" && !RAW.has(protocol)) {
    throw invalid(
      `RawMessageDelivery: Delivery protocol [${protocol}] does not support raw message delivery.`,
    );
  }
  if (FilterPolicyScope !== undefined && !["MessageAttributes", "MessageBody"].includes(FilterPolicyScope)) {
    throw invalid(
      `FilterPolicyScope: Invalid value [${FilterPolicyScope}]. Please use either MessageBody or MessageAttributes`,
    );
  }
  if (FilterPolicy !== undefined)
    compileFilter(FilterPolicy, (FilterPolicyScope ?? "MessageAttributes") as Scope);
  if (RedrivePolicy !== undefined) deadLetterQueue(RedrivePolicy);
  if (DeliveryPolicy === undefined) return;
  if (!protocol.startsWith("http")) {
    throw invalid(`DeliveryPolicy: Delivery protocol [${protocol}] does not support delivery policies.`);
  }
  readDeliveryPolicy(readObject(DeliveryPolicy, "DeliveryPolicy"));
}
