import { isDeepStrictEqual } from "node:util";
import type { Kernel } from "../kernel/kernel.ts";
import { invalidParameter, notFound, notServed } from "./errors.ts";
import { type DeliveryPolicy, readDeliveryPolicy, readObject } from "./policies.ts";

export interface Topic {
  name: string;
  arn: string;
  attributes: Record<string, string>;
  tags: Record<string, string>;
  fifo: boolean;
  /** For its HTTP endpoints. */
  delivery: DeliveryPolicy | undefined;
}

interface TopicRow {
  name: string;
  attributes: string;
  tags: string;
}

const NAME = /^[\w-]{1,256}$/;
const FIFO_NAME = /^[\w-]{1,251}\.fifo$/;
const BOOLEANS = ["ContentBasedDeduplication", "FifoTopic"];
/** Attributes without an effect: text for people, encryption, and logs of deliveries. */
const NOTED =
  /^(?:DisplayName|KmsMasterKeyId|SignatureVersion|TracingConfig|FifoThroughputScope|\w+Feedback(?:RoleArn|SampleRate))$/;

/** The topics, held parsed in memory: each published message needs one. */
export class Topics {
  private readonly kernel: Kernel;
  private readonly byName = new Map<string, Topic>();

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    for (const row of kernel.store.all<TopicRow>("SELECT * FROM sns_topic ORDER BY name")) {
      this.keep(row.name, JSON.parse(row.attributes), JSON.parse(row.tags));
    }
  }

  /** All, by name. */
  all(): Topic[] {
    return [...this.byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  withArn(arn: string): Topic | undefined {
    const topic = this.byName.get(arn.slice(arn.lastIndexOf(":") + 1));
    return topic?.arn === arn ? topic : undefined;
  }

  existing(arn: unknown, parameter = "TopicArn"): Topic {
    if (typeof arn !== "string" || arn.split(":").length < 6) {
      throw invalidParameter(
        `${parameter} Reason: An ARN must have at least 6 elements, not ${String(arn ?? "").split(":").length}`,
      );
    }
    const topic = this.withArn(arn);
    if (!topic) throw notFound("Topic");
    return topic;
  }

  /** The topic of this name, which is created unless it exists with these attributes. */
  create(name: unknown, attributes: Record<string, string>, tags: Record<string, string>): Topic {
    const fifo = attributes.FifoTopic === "true";
    if (typeof name !== "string" || !(fifo ? FIFO_NAME : NAME).test(name)) {
      throw invalidParameter(
        fifo
          ? "Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long."
          : "Topic Name",
      );
    }
    for (const [attribute, value] of Object.entries(attributes)) check(attribute, value, fifo);
    const known = this.byName.get(name);
    if (known) {
      const same = Object.entries(attributes).every(([key, value]) => known.attributes[key] === value);
      if (!same) throw invalidParameter("Attributes Reason: Topic already exists with different attributes");
      if (Object.keys(tags).length > 0 && !isDeepStrictEqual(known.tags, tags)) {
        throw invalidParameter("Tags Reason: Topic already exists with different tags");
      }
      return known;
    }
    this.kernel.store.run(
      "INSERT INTO sns_topic (name, attributes, tags) VALUES (?, ?, ?)",
      name,
      JSON.stringify(attributes),
      JSON.stringify(tags),
    );
    return this.keep(name, attributes, tags);
  }

  setAttribute(topic: Topic, attribute: string, value: string | undefined): void {
    if (attribute === "FifoTopic") throw invalidParameter("AttributeName: FifoTopic cannot be changed.");
    if (value !== undefined && value !== "") check(attribute, value, topic.fifo);
    const { [attribute]: _, ...others } = topic.attributes;
    this.replaceAttributes(
      topic,
      value === undefined || value === "" ? others : { ...others, [attribute]: value },
    );
  }

  replaceAttributes(topic: Topic, attributes: Record<string, string>): void {
    for (const [attribute, value] of Object.entries(attributes)) check(attribute, value, topic.fifo);
    this.kernel.store.run(
      "UPDATE sns_topic SET attributes = ? WHERE name = ?",
      JSON.stringify(attributes),
      topic.name,
    );
    this.keep(topic.name, attributes, topic.tags);
  }

  setTags(topic: Topic, tags: Record<string, string>): void {
    this.kernel.store.run("UPDATE sns_topic SET tags = ? WHERE name = ?", JSON.stringify(tags), topic.name);
    this.keep(topic.name, topic.attributes, tags);
  }

  delete(topic: Topic): void {
    this.kernel.store.run("DELETE FROM sns_topic WHERE name = ?", topic.name);
    this.kernel.store.run("DELETE FROM sns_deduplication WHERE topic = ?", topic.name);
    this.byName.delete(topic.name);
  }

  /** The next sequence number of a FIFO topic: twenty digits. */
  nextSequence(topic: Topic): string {
    const { sequence } = this.kernel.store.get<{ sequence: number }>(
      "UPDATE sns_topic SET sequence = sequence + 1 WHERE name = ? RETURNING sequence",
      topic.name,
    )!;
    return `1${String(sequence).padStart(16, "0")}000`;
  }

  private keep(name: string, attributes: Record<string, string>, tags: Record<string, string>): Topic {
    const topic: Topic = {
      name,
      arn: this.kernel.arn("sns", name),
      attributes,
      tags,
      fifo: attributes.FifoTopic === "true",
      delivery: attributes.DeliveryPolicy
        ? readDeliveryPolicy(httpPart(attributes.DeliveryPolicy))
        : undefined,
    };
    this.byName.set(name, topic);
    return topic;
  }
}

function check(attribute: string, value: string, fifo: boolean): void {
  if (attribute === "ArchivePolicy") throw notServed("the attribute ArchivePolicy of a topic");
  if (BOOLEANS.includes(attribute)) {
    const fits = value === "true" || value === "false";
    if (fits && (fifo || value === "false")) return;
    throw invalidParameter(
      `Attributes Reason: ${attribute}: ${fits ? "only for FIFO topics" : `invalid value ${value}`}`,
    );
  }
  if (attribute === "Policy") readObject(value, "Policy");
  else if (attribute === "DeliveryPolicy") readDeliveryPolicy(httpPart(value));
  else if (!NOTED.test(attribute)) throw invalidParameter("AttributeName");
}

const httpPart = (policy: string) => readObject(policy, "DeliveryPolicy").http ?? {};
