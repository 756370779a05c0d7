import { invalidArgument, malformedXml, notImplemented } from "./errors.ts";

/** Where a bucket's notifications go besides the event bus, and which. */
export interface Destination {
  id: string;
  arn: string;
  /** "s3:ObjectCreated:*" */
  events: string[];
  prefix: string;
  suffix: string;
}

/** The lists of a configuration, and the member of each with the destination's ARN. */
const KINDS: Record<string, { arn: string; service: string }> = {
  LambdaFunctionConfigurations: { arn: "LambdaFunctionArn", service: "lambda" },
  QueueConfigurations: { arn: "QueueArn", service: "sqs" },
  TopicConfigurations: { arn: "TopicArn", service: "sns" },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
const EVENTS: Record<string, string[]> = {
  ObjectCreated: ["*", "Put", "Post", "Copy", "CompleteMultipartUpload"],
  ObjectRemoved: ["*", "Delete", "DeleteMarkerCreated"],
  ObjectTagging: ["*", "Put", "Delete"],
  LifecycleExpiration: ["*", "Delete", "DeleteMarkerCreated"],
  // These never happen locally.
  ObjectRestore: ["*", "Post", "Completed", "Delete"],
  Replication: [
    "*",
    "OperationFailedReplication",
    "OperationMissedThreshold",
    "OperationReplicatedAfterThreshold",
    "OperationNotTracked",
  ],
  ObjectAcl: ["Put"],
};
const SINGLE_EVENTS = ["s3:ReducedRedundancyLostObject", "s3:IntelligentTiering", "s3:LifecycleTransition"];

/** The destinations of a configuration as the API has it. Throws InvalidArgument for one that S3 refuses. */
export function readDestinations(configuration: Record<string, any>, newId: () => string): Destination[] {
  const unknown = Object.keys(configuration).find(
    (name) => !(name in KINDS) && name !== "EventBridgeConfiguration",
  );
  if (unknown !== undefined) throw notImplemented(`${unknown} in a bucket's notifications`);
  const destinations = Object.entries(KINDS).flatMap(([list, { arn, service }]) =>
    (configuration[list] ?? []).map((one: any): Destination => {
      const target = String(one[arn] ?? "");
      if (target.split(":")[2] !== service) {
        throw invalidArgument("The ARN could not be parsed", arn, target);
      }
      const events: string[] = [one.Events ?? []].flat();
      if (events.length === 0) throw malformedXml();
      for (const event of events) checkEvent(event);
      return {
        id: one.Id ?? newId(),
        arn: target,
        events,
        ...readFilter(one.Filter?.Key?.FilterRules ?? []),
      };
    }),
  );
  for (const [at, one] of destinations.entries()) {
    if (destinations.slice(at + 1).some((other) => overlap(one, other))) {
      throw invalidArgument(
        "Configurations overlap. Configurations on the same bucket cannot share a common event type.",
        "Events",
        one.events.join(", "),
      );
    }
  }
  return destinations;
}

/** The configuration as the API has it. */
export function writeDestinations(destinations: Destination[]): Record<string, object[]> {
  return Object.fromEntries(
    Object.entries(KINDS).flatMap(([list, { arn: member, service }]) => {
      const ofKind = destinations.filter(({ arn }) => arn.split(":")[2] === service);
      const items = ofKind.map(({ id, arn, events, prefix, suffix }) => {
        const FilterRules = [
          ...(prefix ? [{ Name: "Prefix", Value: prefix }] : []),
          ...(suffix ? [{ Name: "Suffix", Value: suffix }] : []),
        ];
        return {
          Id: id,
          [member]: arn,
          Events: events,
          ...(FilterRules.length > 0 && { Filter: { Key: { FilterRules } } }),
        };
      });
      return items.length > 0 ? [[list, items]] : [];
    }),
  );
}

/** Whether a destination receives the event ("ObjectCreated:Put") of a key. */
export function receives({ events, prefix, suffix }: Destination, event: string, key: string): boolean {
  return (
    events.some((wanted) => covers(wanted, `s3:${event}`)) && key.startsWith(prefix) && key.endsWith(suffix)
  );
}

function checkEvent(event: string): void {
  const [service, kind = "", action = ""] = event.split(":");
  if (SINGLE_EVENTS.includes(event) || (service === "s3" && EVENTS[kind]?.includes(action))) return;
  throw invalidArgument("The event is not supported for notifications", "Event", event);
}

function readFilter(rules: { Name?: string; Value?: string }[]): { prefix: string; suffix: string } {
  const filter = { prefix: "", suffix: "" };
  for (const { Name = "", Value = "" } of rules) {
    const name = Name.toLowerCase();
    if (name !== "prefix" && name !== "suffix") {
      throw invalidArgument("filter rule name must be either prefix or suffix", "FilterRule.Name", Name);
    }
    if (filter[name] !== "") {
      throw invalidArgument(
        `Cannot specify more than one ${name} rule in a filter.`,
        "FilterRule.Name",
        Name,
      );
    }
    filter[name] = Value;
  }
  return filter;
}

const covers = (wanted: string, event: string) =>
  wanted === event || (wanted.endsWith(":*") && event.startsWith(wanted.slice(0, -1)));

/** Whether an event of some key would go to both. */
function overlap(one: Destination, other: Destination): boolean {
  const sharesEvent = one.events.some((a) => other.events.some((b) => covers(a, b) || covers(b, a)));
  const sharesStart = one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix);
  const sharesEnd = one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix);
  return sharesEvent && sharesStart && sharesEnd;
}
